// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

/**
 * The client's way with rows that left the model's calibrated ranges. Results of such rows mean
 * nothing.
 */
public enum RowsOutOfRange {
  /** They get null predictions. */
  NULL,
  /** The query ends with an error that names the first of them. */
  ERROR
}
