// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import java.io.Serializable;
import java.util.UUID;

/**
 * The message of an attempt's task to the driver that it waits for its client, or why it cannot.
 *
 * @param batch the batch of the attempt
 * @param epoch the epoch of the attempt
 * @param incarnation the incarnation of the executor
 * @param ticket admits the client to this executor; null if {@code refusal} is set. Never part of a
 *     closure or a log
 * @param refusal why the attempt cannot be served here; null if it can
 */
record Claim(BatchKey batch, long epoch, UUID incarnation, byte[] ticket, String refusal)
    implements Serializable {
  @Override
  public String toString() {
    return "claim of " + batch.group(epoch) + (refusal == null ? "" : ", refused: " + refusal);
  }
}
