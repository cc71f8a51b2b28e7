// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

/** When rows are dealt out anew below an inference, by their number, so that batches are full. */
public enum Rebalance {
  /** Never: the input's own partitions are inferred. */
  FALSE,
  /**
   * Where the input has more than two partitions, no order, and no partitioning that the user asked
   * for.
   */
  TRUE,
  /** For every input; one that cannot be rebalanced is an error. */
  ALWAYS
}
