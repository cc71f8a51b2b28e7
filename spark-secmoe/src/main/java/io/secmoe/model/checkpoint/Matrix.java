// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

import io.secmoe.linear.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A float matrix of a model, or {@code groups} matrices of one shape, made from tensors and the
 * gain of the norm before it. The plaintext reference multiplies with it, and the server quantises
 * it. Rows are read from the mapped checkpoint when they are needed; nothing is kept in the heap.
 * The server's secret; not Serializable.
 */
public final class Matrix {
  /** The number of rows that are multiplied together. */
  private static final int BLOCK = 4;

  /** The elements of a tensor from an offset on. */
  private record Part(Tensor tensor, long from) {}

  private final String name;
  private final List<Part> parts;
  private final int groups;
  private final int rows;
  private final int columns;
  private final double[] gain;

  private Matrix(String name, List<Part> parts, int groups, int rows, int columns, double[] gain) {
    this.name = name;
    this.parts = parts;
    this.groups = groups;
    this.rows = rows;
    this.columns = columns;
    this.gain = gain;
  }

  /** Makes a matrix of one tensor [rows, columns]. */
  public static Matrix of(Tensor tensor) {
    return stacked(tensor.name(), 1, List.of(tensor));
  }

  /** Makes a matrix of one tensor [groups, rows, columns]. */
  public static Matrix grouped(Tensor tensor) {
    int groups = size(tensor, 0);
    int rows = size(tensor, 1);
    int columns = size(tensor, 2);
    List<Part> parts =
        IntStream.range(0, groups)
            .mapToObj(g -> new Part(tensor, (long) g * rows * columns))
            .toList();
    return new Matrix(tensor.name(), parts, groups, rows, columns, null);
  }

  /**
   * Makes a matrix of several tensors of one shape: {@code groups} groups of equally many, those of
   * a group stacked one above the other.
   *
   * @param name the name of them together, for messages
   */
  public static Matrix stacked(String name, int groups, List<Tensor> tensors) {
    Tensor first = tensors.get(0);
    List<Part> parts = tensors.stream().map(tensor -> new Part(tensor, 0)).toList();
    return new Matrix(
        name, parts, groups, size(first, 0) * tensors.size() / groups, size(first, 1), null);
  }

  /** Returns diag(gain), for a norm that no matrix follows. */
  public static Matrix diagonal(Tensor gain) {
    return new Matrix(gain.name(), List.of(), 1, size(gain, 0), size(gain, 0), gain.toDoubles());
  }

  /**
   * Returns this matrix times diag(gain): a norm's gain belongs to the columns of the matrix that
   * follows.
   */
  public Matrix times(Tensor gain) {
    return new Matrix(name, parts, groups, rows, columns, gain.toDoubles());
  }

  public String name() {
    return name;
  }

  public int groups() {
    return groups;
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /** Returns max |element|. */
  public double largest() {
    return largest(0, groups);
  }

  /** Returns max |element| of one group. */
  public double largest(int group) {
    return largest(group, group + 1);
  }

  private double largest(int from, int to) {
    return IntStream.range(from * rows, to * rows)
        .parallel()
        .mapToDouble(
            row -> {
              double largest = 0;
              for (double value : row(row)) {
                largest = Math.max(largest, Math.abs(value));
              }
              return largest;
            })
        .max()
        .orElse(0);
  }

  /** Returns the element at a row-major flat index of all groups. */
  public double at(long index) {
    int row = (int) (index / columns);
    int column = (int) (index % columns);
    if (parts.isEmpty()) {
      return row == column ? gain[row] : 0;
    }
    int partRows = groups * rows / parts.size();
    Part part = parts.get(row / partRows);
    return part.tensor.at(part.from + (long) (row % partRows) * columns + column)
        * (gain == null ? 1 : gain[column]);
  }

  /** Returns row {@code index} of all groups' rows. */
  public double[] row(int index) {
    double[] row = new double[columns];
    for (int i = 0; i < columns; i++) {
      row[i] = at((long) index * columns + i);
    }
    return row;
  }

  /** Rounds every element to a multiple of 2^−fraction. */
  public Weights quantise(int fraction) {
    return Weights.quantise(groups, rows, columns, fraction, this::at);
  }

  /**
   * Divides every group by 2^shift, so that it fits, and rounds every element to a multiple of
   * 2^−fraction; empty shifts are 0.
   */
  public Weights quantise(int fraction, List<Integer> shifts) {
    return shifts.isEmpty()
        ? quantise(fraction)
        : Weights.quantise(
            groups,
            rows,
            columns,
            fraction,
            index -> Math.scalb(at(index), -shifts.get((int) (index / rows / columns))));
  }

  /**
   * Returns the number of bits by which each group is too large for 12-bit integers of so many
   * fraction bits.
   */
  public List<Integer> shifts(int fraction) {
    return IntStream.range(0, groups)
        .mapToObj(group -> Math.max(0, fraction - Weights.fractionFor(largest(group))))
        .toList();
  }

  /** Returns matrix {@code group} times every x of a list of column vectors. */
  public double[][] times(int group, double[][] x) {
    double[][] y = new double[x.length][rows];
    IntStream.rangeClosed(0, (rows - 1) / BLOCK)
        .parallel()
        .map(block -> block * BLOCK)
        .forEach(
            from -> {
              int count = Math.min(BLOCK, rows - from);
              double[][] block = new double[BLOCK][];
              // A last block that is not full repeats its last row.
              Arrays.setAll(block, i -> row(group * rows + from + Math.min(i, count - 1)));
              for (int i = 0; i < x.length; i++) {
                times(block, x[i], y[i], from, count);
              }
            });
    return y;
  }

  /** Computes four rows times x. Each number of x is read once for all of them. */
  private static void times(double[][] block, double[] x, double[] y, int from, int count) {
    double[] a = block[0];
    double[] b = block[1];
    double[] c = block[2];
    double[] d = block[3];
    double ax = 0;
    double bx = 0;
    double cx = 0;
    double dx = 0;
    for (int i = 0; i < x.length; i++) {
      ax += a[i] * x[i];
      bx += b[i] * x[i];
      cx += c[i] * x[i];
      dx += d[i] * x[i];
    }
    System.arraycopy(new double[] {ax, bx, cx, dx}, 0, y, from, count);
  }

  private static int size(Tensor tensor, int dimension) {
    return Math.toIntExact(tensor.shape().get(dimension));
  }
}
