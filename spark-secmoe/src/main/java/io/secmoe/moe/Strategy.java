// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

/**
 * The way in which a sparse layer hides which expert a token uses. Public, agreed in the handshake.
 */
public enum Strategy {
  /**
   * Select-Then-Compute with inputs times selector under encryption: one expert's work in traffic.
   * The default.
   */
  SELECT,
  /** All experts are evaluated and one is selected afterwards: the baseline. */
  ALL,
  /**
   * The expert's parameters selected under encryption, then multiplied by the inputs: the paper's
   * literal order, for small comparisons.
   */
  PARAMETERS
}
