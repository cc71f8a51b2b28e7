// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.party.BatchId;
import java.io.Serializable;
import java.util.UUID;

/**
 * The name of a batch across epochs, within one client. Public.
 *
 * @param client fingerprint of the client's certificate, so that no client can end another's
 *     attempts
 * @param session the client application's authorisation
 * @param run the physical execution the batch belongs to
 * @param partition index of the partition
 * @param batch index of the batch in its partition
 */
record BatchKey(String client, UUID session, UUID run, int partition, int batch)
    implements Serializable {
  static BatchKey of(String client, BatchId id) {
    return new BatchKey(client, id.session(), id.run(), id.partition(), id.batch());
  }

  /** Returns the job group of the attempt with this epoch. */
  String group(long epoch) {
    return "secmoe-" + session + "-" + run + "-" + partition + "-" + batch + "-" + epoch;
  }
}
