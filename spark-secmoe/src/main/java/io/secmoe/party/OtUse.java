// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

/**
 * What an attempt has used of oblivious transfer so far; both parties count the same.
 *
 * @param taken correlated OTs taken out of the stocks of both directions
 * @param made correlated OTs made so far, those still in stock among them
 * @param bytesToServer of the messages that filled the stocks, client → server: set-up apart, part
 *     of what the meter counts
 * @param bytesToClient the same, server → client
 */
public record OtUse(long taken, long made, long bytesToServer, long bytesToClient) {}
