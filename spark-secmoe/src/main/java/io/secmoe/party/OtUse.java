// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

/**
 * An attempt's use of oblivious transfer so far. Both parties count the same.
 *
 * @param taken correlated OTs taken out of the stocks of both directions
 * @param made correlated OTs made so far, including those still in stock
 * @param bytesToServer bytes of the messages that filled the stocks, client → server, without the
 *     set-up; the meter counts them too
 * @param bytesToClient bytes of the same messages, server → client
 */
public record OtUse(long taken, long made, long bytesToServer, long bytesToClient) {}
