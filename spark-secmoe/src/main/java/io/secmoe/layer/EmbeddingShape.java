package io.secmoe.layer;

/**
 * The public shape of an embedding table: one row of features per id.
 *
 * @param vocabulary ids 0 to vocabulary − 1
 * @param width features of a row
 * @param lowDigits an id is high·lowDigits + low: the two digits are selected one after the other
 * @param weightFraction fraction bits of the table
 * @param outputBits calibrated: |entry| &lt; 2^outputBits
 */
public record EmbeddingShape(int vocabulary, int width, int lowDigits, int weightFraction, int outputBits) {}
