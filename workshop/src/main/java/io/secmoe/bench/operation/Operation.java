// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.operation;

import io.secmoe.bench.data.ErrorFigures;
import io.secmoe.bench.data.Inputs;
import io.secmoe.bench.data.Outputs;
import io.secmoe.bench.data.RowShape;
import io.secmoe.ring.RingVector;

/** A protocol that can be measured alone. */
public record Operation(RowShape shape, Inputs in, Outputs out, TwoSides protocol) {
  /** Returns the rows of a tile; the last one may have fewer. */
  public long rowsAt(long from) {
    return Math.min(shape.rowsPerTile(), shape.rows() - from);
  }

  /**
   * Returns the input at a position of the vector of {@code rows} rows that begins at row {@code
   * from}.
   */
  public long input(long from, long rows, long position) {
    return in.value(from + position % rows, (int) (position / rows), shape.rows(), shape.inputs());
  }

  /** Compares an opened tile with plaintext. */
  public void check(long from, RingVector opened, ErrorFigures errors) {
    long rows = opened.length() / shape.outputs();
    double[] given = new double[shape.inputs()];
    double[] expected = new double[shape.outputs()];
    double[] got = new double[shape.outputs()];
    for (long row = 0; row < rows; row++) {
      for (int i = 0; i < given.length; i++) {
        given[i] = in.encoding().real(input(from, rows, row + i * rows));
      }
      out.plain().apply(given, expected);
      for (int i = 0; i < got.length; i++) {
        got[i] = out.encoding().decode(opened.get(row + i * rows));
      }
      errors.add(expected, got);
    }
  }
}
