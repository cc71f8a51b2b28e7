// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import java.io.Serializable;
import java.util.UUID;

/**
 * An attempt's task tells the driver that it waits for its client, or why it cannot.
 *
 * @param batch whose attempt it is
 * @param epoch of the attempt
 * @param incarnation of the executor
 * @param ticket that admits the client to this executor; null if {@code refusal} is set. Never part
 *     of a closure or a log
 * @param refusal why the attempt cannot be served here; null if it can
 */
record Claim(BatchKey batch, long epoch, UUID incarnation, byte[] ticket, String refusal)
    implements Serializable {
  @Override
  public String toString() {
    return "claim of " + batch.group(epoch) + (refusal == null ? "" : ", refused: " + refusal);
  }
}
