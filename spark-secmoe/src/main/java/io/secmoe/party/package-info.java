/**
 * The two parties of an attempt: what each holds, the handshake, the set-up of keys and
 * correlations.
 */
package io.secmoe.party;
