// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import java.util.UUID;

/**
 * The identity of one try at one batch. Keys, base OTs and correlations belong to an attempt and
 * die with it. A batch that is asked for again is a new attempt with a higher epoch. Everything is
 * public.
 *
 * @param session the client application's authorisation
 * @param run a fresh UUID for each physical execution of the operator
 * @param partition index of the partition
 * @param batch index of the batch in its partition
 * @param epoch granted by the server, strictly increasing per (session, run, partition, batch)
 * @param rows rows in the batch
 * @param length tokens of a row, padding included, the same for all rows; 1 if a row is one vector
 *     of features
 */
public record Attempt(
    UUID session, UUID run, int partition, int batch, long epoch, int rows, int length) {
  /** Returns the columns of the batch in all layers: rows times length. */
  public int tokens() {
    return Math.multiplyExact(rows, length);
  }

  @Override
  public String toString() {
    return session + "/" + run + "/" + partition + "/" + batch + "#" + epoch;
  }
}
