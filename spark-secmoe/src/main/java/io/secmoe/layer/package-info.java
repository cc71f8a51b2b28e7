/**
 * The layers of a transformer around its experts: embedding, attention, norms, feed-forward,
 * pooling.
 */
package io.secmoe.layer;
