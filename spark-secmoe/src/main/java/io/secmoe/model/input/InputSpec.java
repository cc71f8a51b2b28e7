// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.input;

/** What a row of the client's table is to the model. Public. */
public sealed interface InputSpec permits FeatureInput, TokenInput {
  /** Features per column that the first layer gets: 0 where it gets ids. */
  int features();

  /** Most columns of a row. */
  int longest();
}
