/**
 * Shapes and weights of feed-forward networks, which dense layers and experts share, and the shape
 * of a batch.
 */
package io.secmoe.network;
