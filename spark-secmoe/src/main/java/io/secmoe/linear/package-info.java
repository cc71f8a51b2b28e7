/**
 * Private linear layers: the server's plaintext weights times shared inputs, and products of two
 * shares.
 */
package io.secmoe.linear;
