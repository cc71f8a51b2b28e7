// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

import io.secmoe.jni.NativeBuffer;
import io.secmoe.jni.NativeWeights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Quantised plaintext weights of the server: {@code groups} matrices of {@code rows} × {@code
 * columns} signed integers with |w| ≤ 2047. All have one fixed-point scale, 2^fraction. They are
 * stored off-heap as int16, [group][row][column]. They are read-only once built, shared by
 * attempts, and not Serializable. They never leave the server's side.
 */
public final class Weights {
  /** The largest magnitude of a quantised weight: 12 bits signed. */
  public static final int LIMIT = 2047;

  private static final int FRACTION_LIMIT = 20;

  private final ByteBuffer data;
  private final int groups;
  private final int rows;
  private final int columns;
  private final int fraction;

  private Weights(ByteBuffer data, int groups, int rows, int columns, int fraction) {
    this.data = data;
    this.groups = groups;
    this.rows = rows;
    this.columns = columns;
    this.fraction = fraction;
  }

  /** A source of weights by their flat index ((group·rows + row)·columns + column). */
  @FunctionalInterface
  public interface Source {
    double at(long index);
  }

  /** Returns the largest fraction bits (at most 20) with max|w|·2^fraction ≤ 2047. */
  public static int fractionFor(double largest) {
    if (largest == 0) {
      return FRACTION_LIMIT;
    }
    return Math.min(
        FRACTION_LIMIT, (int) Math.floor(Math.log(LIMIT / largest) / Math.log(2) + 1e-12));
  }

  /**
   * Rounds every weight to a multiple of 2^−fraction.
   *
   * @throws IllegalArgumentException if a weight does not fit 12 bits at this fraction
   */
  public static Weights quantise(int groups, int rows, int columns, int fraction, Source source) {
    long count = Math.multiplyExact((long) groups, Math.multiplyExact((long) rows, (long) columns));
    ByteBuffer data =
        ByteBuffer.allocateDirect(Math.toIntExact(2 * count)).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < count; i++) {
      long w = Math.round(Math.scalb(source.at(i), fraction));
      if (Math.abs(w) > LIMIT) {
        throw new IllegalArgumentException(
            "weight " + i + " does not fit 12 bits at " + fraction + " fraction bits");
      }
      data.putShort((int) (2 * i), (short) w);
    }
    return new Weights(data, groups, rows, columns, fraction);
  }

  /** Returns group {@code group} alone, sharing memory. */
  public Weights group(int group) {
    int size = 2 * rows * columns;
    return new Weights(
        data.slice(group * size, size).order(ByteOrder.LITTLE_ENDIAN), 1, rows, columns, fraction);
  }

  /** Returns all groups stacked into one matrix of groups·rows × columns, sharing memory. */
  public Weights stacked() {
    return new Weights(data, 1, groups * rows, columns, fraction);
  }

  /** Returns the quantised integer at a flat index. */
  public int get(long index) {
    return data.getShort((int) (2 * index));
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

  public int fraction() {
    return fraction;
  }

  /**
   * Returns the weights as native kernels take them.
   *
   * @param biases one bias for every row of every group, at the scale of the product, or null
   */
  NativeWeights forKernel(long[] biases) {
    NativeBuffer values = new NativeBuffer(MemoryUtil.getByteBufferAddress(data), data.capacity());
    return new NativeWeights(values, biases, rows, columns);
  }
}
