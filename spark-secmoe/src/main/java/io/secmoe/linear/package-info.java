/**
 * Private linear layers: the server's plaintext weights times shared inputs, and products of two
 * shared matrices.
 */
package io.secmoe.linear;
