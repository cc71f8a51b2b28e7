// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

/** When rows below an inference are dealt out anew by their number, so that batches are full. */
public enum Rebalance {
  /** Never. The input's own partitions are inferred. */
  FALSE,
  /**
   * If the input has more than two partitions, no order, and no partitioning that the user asked
   * for.
   */
  TRUE,
  /** For every input. An input that cannot be rebalanced is an error. */
  ALWAYS
}
