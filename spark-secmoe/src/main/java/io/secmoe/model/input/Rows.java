// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.input;

import io.secmoe.network.Sequences;

/** A batch of the client's rows in plaintext, as an inference takes them. */
public sealed interface Rows permits FeatureRows, TokenRows {
  /** Returns the number of rows: public. */
  int count();

  /** Returns the columns that each row takes, padded: public. */
  int length();

  /** Returns the columns that each row has without padding: the client's secret. */
  int[] lengths();

  /** Returns the batch's public shape. */
  default Sequences sequences() {
    return new Sequences(count(), length());
  }
}
