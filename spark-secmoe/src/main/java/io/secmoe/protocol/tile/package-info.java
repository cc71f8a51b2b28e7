/** Layouts of matrices: in tiles, and in the slots of ciphertexts. */
package io.secmoe.protocol.tile;
