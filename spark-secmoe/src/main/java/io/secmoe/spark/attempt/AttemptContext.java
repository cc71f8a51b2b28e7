// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.attempt;

import io.secmoe.model.layers.ModelDescription;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.BatchLimits;
import java.util.UUID;

/**
 * The facts that all attempts of one task share. All are public.
 *
 * @param session the client application's authorisation
 * @param run this physical execution of the operator
 * @param partition index of the partition
 * @param model the server's description, checked against the pin
 * @param conf the client's configuration
 */
record AttemptContext(
    UUID session, UUID run, int partition, ModelDescription model, SecMoeConf conf) {
  /** Returns how rows are put into batches. */
  BatchLimits limits() {
    return BatchLimits.of(model.layers().input(), conf);
  }
}
