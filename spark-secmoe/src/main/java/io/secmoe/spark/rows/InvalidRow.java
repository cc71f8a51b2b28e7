// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.rows;

/**
 * Reports that the model does not take a row's input. The message is the same for all rows with
 * this kind of fault and says nothing else about the row.
 */
final class InvalidRow extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidRow(String message) {
    super(message, null, false, false);
  }
}
