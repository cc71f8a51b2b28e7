// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

/**
 * What a client does with rows that left the model's calibrated ranges, whose results mean nothing.
 */
public enum RowsOutOfRange {
  /** They get null predictions. */
  NULL,
  /** The query ends with an error that names the first of them. */
  ERROR
}
