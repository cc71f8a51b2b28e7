// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

/**
 * The client's way with rows whose input the model does not take, such as one with too many tokens.
 */
public enum RowsInvalid {
  /** The query ends with an error that names the first of them. */
  ERROR,
  /** They are not sent and get null predictions. */
  NULL
}
