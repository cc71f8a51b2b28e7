package io.secmoe.bench;

import java.util.function.DoubleUnaryOperator;

/**
 * What should come out of a protocol.
 *
 * @param encoding of every value
 * @param plain the function in double precision
 * @param allowed the largest error
 * @param relative whether errors are relative to the largest value of the row
 */
record Outputs(Encoding encoding, Plain plain, double allowed, boolean relative) {
  /** One row of inputs to one row of outputs. */
  @FunctionalInterface
  interface Plain {
    void apply(double[] in, double[] out);
  }

  static Outputs elementwise(Encoding encoding, double allowed, DoubleUnaryOperator f) {
    return new Outputs(encoding, (in, out) -> out[0] = f.applyAsDouble(in[0]), allowed, false);
  }

  static Outputs exactly(Encoding encoding, Plain plain) {
    return new Outputs(encoding, plain, 0, false);
  }
}
