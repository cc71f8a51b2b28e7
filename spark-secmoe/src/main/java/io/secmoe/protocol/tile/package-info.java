/** Layouts: how matrices are cut into tiles, and how they lie in the slots of ciphertexts. */
package io.secmoe.protocol.tile;
