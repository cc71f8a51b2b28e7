// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.input;

/** The kind of rows that a model takes. Public. */
public sealed interface InputSpec permits FeatureInput, TokenInput {
  /** Returns the features of a column that the first layer gets; 0 if it gets ids. */
  int features();

  /** Returns the most columns of a row. */
  int longest();
}
