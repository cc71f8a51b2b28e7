// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.input;

import io.secmoe.network.Sequences;

/** A batch of the client's rows, in the clear: what it brings to an inference. */
public sealed interface Rows permits FeatureRows, TokenRows {
  /** Number of rows: public. */
  int count();

  /** Columns that each row takes, padded: public. */
  int length();

  /** Columns that each row has of its own: the client's secret. */
  int[] lengths();

  /** The batch's public shape. */
  default Sequences sequences() {
    return new Sequences(count(), length());
  }
}
