// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

/**
 * The rule by which rows below an inference are dealt out anew by their number, so that batches are
 * full.
 */
public enum Rebalance {
  /** Never. The input's own partitions are inferred. */
  FALSE,
  /**
   * Rows are dealt out anew if the input has more than two partitions, no order, and no
   * partitioning that the user asked for.
   */
  TRUE,
  /** Rows of every input are dealt out anew. An input that cannot be rebalanced is an error. */
  ALWAYS
}
