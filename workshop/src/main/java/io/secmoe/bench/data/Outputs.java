// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.data;

import java.util.function.DoubleUnaryOperator;

/**
 * The expected results of a protocol.
 *
 * @param encoding the encoding of every value
 * @param plain the function in double precision
 * @param allowed the largest error
 * @param scale the size that errors are relative to
 */
public record Outputs(Encoding encoding, Plain plain, double allowed, Scale scale) {
  /** The divisor of an error. */
  public enum Scale {
    ABSOLUTE,
    /** The expected value. */
    RELATIVE,
    /** The largest expected value of the row, or 1 if that is larger. */
    LARGEST
  }

  /** One row of inputs to one row of outputs. */
  @FunctionalInterface
  public interface Plain {
    void apply(double[] in, double[] out);
  }

  public static Outputs elementwise(Encoding encoding, double allowed, DoubleUnaryOperator f) {
    return new Outputs(
        encoding, (in, out) -> out[0] = f.applyAsDouble(in[0]), allowed, Scale.ABSOLUTE);
  }

  /** Makes outputs with errors relative to the value. */
  public static Outputs relative(Encoding encoding, double allowed, DoubleUnaryOperator f) {
    return new Outputs(
        encoding, (in, out) -> out[0] = f.applyAsDouble(in[0]), allowed, Scale.RELATIVE);
  }

  public static Outputs exactly(Encoding encoding, Plain plain) {
    return new Outputs(encoding, plain, 0, Scale.ABSOLUTE);
  }
}
