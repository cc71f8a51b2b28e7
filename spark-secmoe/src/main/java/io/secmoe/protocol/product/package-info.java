/**
 * Products with ciphertexts: uploads under the client's key, products on the server, and masked
 * answers.
 */
package io.secmoe.protocol.product;
