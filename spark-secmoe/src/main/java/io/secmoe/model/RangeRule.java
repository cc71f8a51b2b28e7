package io.secmoe.model;

import io.secmoe.linear.Weights;
import io.secmoe.moe.MoeLayer;
import io.secmoe.moe.MoeShape;
import io.secmoe.party.Profile;
import io.secmoe.protocol.Rescale;
import io.secmoe.ring.FixedPoint;
import java.util.List;

/**
 * Every value modulo t stays below t/4 in magnitude at its untruncated scale, or a rescale would read a wrapped number; the arguments
 * of non-linear functions stay below 2^9, the widest range that they are tried on. Both parties check it.
 */
final class RangeRule {
  /** Fraction bits that the input of the second matrix carries: hidden feature times gate weight. */
  static final int DOWN_FRACTION = MoeLayer.HIDDEN_FRACTION + MoeLayer.GATE_FRACTION;

  private static final int PIECEWISE_BITS = 9;
  private static final int MOST_WEIGHT_FRACTION = Weights.fractionFor(0);
  private static final String MEND = "use weights of smaller magnitude (normalise the layer's input or retrain with weight decay),"
      + " or samples without outliers for calibration";

  private RangeRule() {}

  static void check(Profile profile, InputSpec input, List<LayerSpec> layers) {
    if (input instanceof FeatureInput rows) {
      fits(profile, "features", rows.bits(), FixedPoint.FRACTION);
    }
    for (LayerSpec layer : layers) {
      if (layer instanceof MoeSpec moe) {
        check(profile, layer.name(), moe.shape());
      } else if (layer instanceof LinearSpec linear) {
        product(profile, layer.name() + ".weight", linear.outputBits(), linear.shape().weightFraction(), FixedPoint.FRACTION);
      }
    }
  }

  private static void check(Profile profile, String layer, MoeShape shape) {
    String router = layer + ".router.weight";
    String up = layer + ".experts.w1";
    product(profile, router, shape.logitBits(), shape.routerFraction(), FixedPoint.FRACTION);
    // exp takes differences of two logits: one bit more.
    argument(router, shape.logitBits() + 1);
    product(profile, up, shape.expert().hiddenBits(), shape.expert().upFraction(), FixedPoint.FRACTION);
    if (shape.expert().activation().piecewise()) {
      argument(up, shape.expert().hiddenBits());
    }
    product(profile, layer + ".experts.w2", shape.expert().outputBits(), shape.expert().downFraction(), DOWN_FRACTION);
  }

  /** The most weight fraction bits with which products of calibrated range 2^bits obey the rule; negative where none do. */
  static int weightFraction(Profile profile, double largestWeight, int bits, int inputFraction) {
    return Math.min(Weights.fractionFor(largestWeight), room(profile) - bits - inputFraction);
  }

  private static void product(Profile profile, String tensor, int bits, int weightFraction, int inputFraction) {
    if (weightFraction < 0 || weightFraction > MOST_WEIGHT_FRACTION) {
      throw new ModelException("its weights have " + weightFraction + " fraction bits, 0 to " + MOST_WEIGHT_FRACTION
          + " are possible", "tensor " + tensor, MEND);
    }
    fits(profile, tensor, bits, weightFraction + inputFraction);
  }

  /** Refuses values below 2^bits at so many fraction bits when they may reach t/4. */
  static void fits(Profile profile, String tensor, int bits, int fraction) {
    if (bits < 1 || bits + fraction > room(profile)) {
      throw new ModelException("its results, below 2^" + bits + " at " + fraction + " fraction bits, do not stay below t/4, which"
          + " leaves " + room(profile) + " bits for range and fraction together", "tensor " + tensor, MEND);
    }
  }

  private static void argument(String tensor, int bits) {
    if (bits > PIECEWISE_BITS) {
      throw new ModelException("its results give a non-linear function arguments up to 2^" + bits + ", the most is 2^"
          + PIECEWISE_BITS, "tensor " + tensor, MEND);
    }
  }

  /** log₂ of the largest power of two at or below the rescale's bound, about t/4. */
  private static int room(Profile profile) {
    return 63 - Long.numberOfLeadingZeros(Rescale.bound(profile.t(), FixedPoint.FRACTION));
  }
}
