// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import io.secmoe.linear.LinearWeights;
import io.secmoe.linear.Weights;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.input.FeatureInput;
import io.secmoe.model.input.FeatureRows;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.LinearSpec;
import io.secmoe.model.layers.MoeSpec;
import io.secmoe.model.layers.RangeRule;
import io.secmoe.model.layers.ValueNames;
import io.secmoe.model.plaintext.PlainMath;
import io.secmoe.model.plaintext.PlainResult;
import io.secmoe.moe.MoeLayer;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.MoeWeights;
import io.secmoe.ring.FixedPoint;
import java.util.function.DoubleUnaryOperator;

/**
 * PLAINTEXT reference: the model in the fixed-point arithmetic of the private evaluation, without
 * shares or encryption, for tests, benchmarks and comparisons. Features and weights meet in the
 * clear.
 *
 * <p>x has 12 fraction bits, weights are the server's integers, every product is shifted back with
 * rounding; hidden features have 10 fraction bits after the activation, the gate weight 8. What the
 * private evaluation may add to this is the rescales' error of one unit and that of its piecewise
 * activation, exponential and reciprocal. A value outside its calibrated range is a {@link
 * ModelException}: the private result would be wrong.
 */
public final class FixedPointModel {
  private static final int FRACTION = FixedPoint.FRACTION;

  private final ServerModel model;
  private final DoubleUnaryOperator activation;

  private FixedPointModel(ServerModel model, DoubleUnaryOperator activation) {
    this.model = model;
    this.activation = activation;
  }

  /** Makes a model with the exact activations. */
  public static FixedPointModel of(ServerModel model) {
    return new FixedPointModel(model, null);
  }

  /**
   * Makes a model with another function in place of the experts' activation, for instance a
   * piecewise approximation of it.
   */
  public static FixedPointModel of(ServerModel model, DoubleUnaryOperator activation) {
    return new FixedPointModel(model, activation);
  }

  /** Returns logits and experts of rows × inputFeatures finite numbers. */
  public PlainResult run(float[][] features) {
    LayerList layers = model.layers();
    FeatureInput input = (FeatureInput) layers.input();
    PlainMath.checkRows(new FeatureRows(features), input.features());
    int sparse = (int) layers.layers().stream().filter(MoeSpec.class::isInstance).count();
    PlainResult result =
        new PlainResult(new double[features.length][], new int[sparse][features.length], null);
    for (int row = 0; row < features.length; row++) {
      long[] x = encode(features[row]);
      check("features", x, input.bits(), FRACTION);
      int block = 0;
      for (int i = 0; i < layers.layers().size(); i++) {
        if (layers.layers().get(i) instanceof MoeSpec moe) {
          result.experts()[block++][row] =
              addMoe(moe, ServedWeights.of(model, i, MoeWeights.class), x);
        } else {
          x =
              linear(
                  (LinearSpec) layers.layers().get(i),
                  ServedWeights.of(model, i, LinearWeights.class),
                  x);
        }
      }
      result.logits()[row] = decode(x, FRACTION);
    }
    return result;
  }

  private static long[] linear(LinearSpec layer, LinearWeights weights, long[] x) {
    long[] y = times(weights.weights(), 0, x);
    for (int i = 0; i < y.length; i++) {
      y[i] += weights.bias() == null ? 0 : weights.bias()[i];
    }
    return narrow(layer.name(), y, layer.outputBits(), FRACTION + layer.shape().weightFraction());
  }

  /** Adds the layer's output to x and returns the expert. */
  private int addMoe(MoeSpec layer, MoeWeights weights, long[] x) {
    MoeShape shape = layer.shape();
    long[] routes =
        narrow(
            layer.name() + ValueNames.LOGITS,
            times(weights.router().weights(), 0, x),
            shape.router().logits().bits(),
            FRACTION + shape.router().logits().fraction());
    double[] logits = decode(routes, FRACTION);
    int expert = PlainMath.argmax(logits);
    long gate = FixedPoint.encode(PlainMath.softmax(logits, expert), MoeLayer.GATE_FRACTION);
    long[] hidden =
        narrow(
            layer.name() + ValueNames.HIDDEN,
            counted(times(weights.experts().up().weights(), expert, x), shape.scales().up(expert)),
            shape.expert().up().bits(),
            FRACTION + shape.expert().up().fraction());
    for (int i = 0; i < hidden.length; i++) {
      double h = FixedPoint.decode(hidden[i], FRACTION);
      double active =
          activation == null
              ? PlainMath.activate(shape.expert().activation(), h)
              : activation.applyAsDouble(h);
      hidden[i] = FixedPoint.encode(active, MoeLayer.HIDDEN_FRACTION);
    }
    long[] output =
        counted(
            times(weights.experts().down().weights(), expert, hidden), shape.scales().down(expert));
    for (int i = 0; i < output.length; i++) {
      output[i] *= gate;
    }
    long[] y =
        narrow(
            layer.name() + ValueNames.OUTPUT,
            output,
            shape.expert().down().bits(),
            RangeRule.DOWN_FRACTION + shape.expert().down().fraction());
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
    return expert;
  }

  /** Multiplies the values by 2^shift, in place. */
  private static long[] counted(long[] values, int shift) {
    for (int i = 0; i < values.length; i++) {
      values[i] <<= shift;
    }
    return values;
  }

  private static long[] times(Weights weights, int group, long[] x) {
    long[] y = new long[weights.rows()];
    long at = (long) group * weights.rows() * weights.columns();
    for (int row = 0; row < y.length; row++) {
      for (long value : x) {
        y[row] += weights.get(at++) * value;
      }
    }
    return y;
  }

  /**
   * Rounds values from {@code fraction} bits to 12. They must lie in the calibrated range before.
   */
  private static long[] narrow(String name, long[] values, int bits, int fraction) {
    check(name, values, bits, fraction);
    int shift = fraction - FRACTION;
    long half = shift == 0 ? 0 : 1L << (shift - 1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (values[i] + half) >> shift;
    }
    return values;
  }

  private static void check(String name, long[] values, int bits, int fraction) {
    for (long value : values) {
      if (Math.abs(value) >= 1L << (bits + fraction)) {
        throw new ModelException(
            "a value left its calibrated range of 2^" + bits,
            "value " + name,
            "calibrate the model with samples that are like these rows");
      }
    }
  }

  private static long[] encode(float[] values) {
    long[] encoded = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      encoded[i] = FixedPoint.encode(values[i], FRACTION);
    }
    return encoded;
  }

  private static double[] decode(long[] values, int fraction) {
    double[] decoded = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      decoded[i] = FixedPoint.decode(values[i], fraction);
    }
    return decoded;
  }
}
