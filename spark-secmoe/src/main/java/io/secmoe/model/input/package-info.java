/**
 * Rows that a model takes, as features or as tokens, and the table of embeddings that a client may
 * look up by itself.
 */
package io.secmoe.model.input;
