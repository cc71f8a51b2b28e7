/**
 * The two parties of an attempt: their keys and memory, the handshake, the set-up of keys and
 * correlations.
 */
package io.secmoe.party;
