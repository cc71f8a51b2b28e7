// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

/**
 * The way in which a sparse layer hides which expert a token uses. Public, agreed in the handshake.
 */
public enum Strategy {
  /**
   * Select-Then-Compute: inputs are multiplied by the selector under encryption, which takes one
   * expert's work in traffic. This is the default.
   */
  SELECT,
  /** All experts are evaluated and one is selected afterwards: the baseline. */
  ALL,
  /**
   * The paper's literal order, for small comparisons: the expert's parameters are selected under
   * encryption, then multiplied by the inputs.
   */
  PARAMETERS
}
