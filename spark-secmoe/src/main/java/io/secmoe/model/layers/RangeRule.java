// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.layer.NormShape;
import io.secmoe.linear.Weights;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.input.FeatureInput;
import io.secmoe.model.input.InputSpec;
import io.secmoe.moe.MoeLayer;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.party.Profile;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.FixedPoint;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The range rule: every value modulo t stays below t/4 in magnitude at its untruncated scale.
 * Otherwise a rescale would read a wrapped number. The arguments of non-linear functions stay in
 * the widest range that they are tested on. Both parties check the rule.
 */
public final class RangeRule {
  /** Fraction bits of the input of an expert's second matrix: hidden feature times gate weight. */
  public static final int DOWN_FRACTION = MoeLayer.HIDDEN_FRACTION + MoeLayer.GATE_FRACTION;

  /** Parts of a layer, for its tensors' names. */
  public static final String WEIGHT = ".weight";

  public static final String ROUTER = ".router.weight";
  public static final String EXPERTS_UP = ".experts.w1";
  public static final String EXPERTS_DOWN = ".experts.w2";
  public static final String UP = ".w1";
  public static final String DOWN = ".w2";
  public static final String QUERY = ".query.weight";
  public static final String KEY = ".key.weight";
  public static final String VALUE = ".value.weight";
  public static final String OUTPUT = ".output.weight";
  public static final String NORM = ".norm.weight";

  /** The least score bits that keep masked scores below all others. */
  private static final int MIN_SCORE_BITS = 4;

  private static final int PIECEWISE_BITS = 9;
  private static final int NORM_BITS = 16;
  private static final int MAX_WEIGHT_FRACTION = Weights.fractionFor(0);
  private static final String REMEDY =
      "use weights of smaller magnitude (normalise the layer's input or retrain with weight decay),"
          + " or samples without outliers for calibration";

  private final Profile profile;
  private final UnaryOperator<String> names;

  /**
   * Makes the rule for one layer.
   *
   * @param names from a part of the layer to the tensor that a refusal names
   */
  RangeRule(Profile profile, UnaryOperator<String> names) {
    this.profile = profile;
    this.names = names;
  }

  static void check(Profile profile, InputSpec input, List<LayerSpec<?>> layers) {
    if (input instanceof FeatureInput rows) {
      fits(profile, "features", rows.bits(), FixedPoint.FRACTION);
    }
    for (LayerSpec<?> layer : layers) {
      layer.checkRanges(new RangeRule(profile, part -> layer.name() + part));
    }
  }

  /** Checks the first matrix, where hidden features get so many fraction bits. */
  void up(String part, FeedForwardShape shape, int hiddenFraction) {
    product(part, shape.up().bits(), shape.up().fraction(), FixedPoint.FRACTION);
    if (shape.activation().piecewise()) {
      argument(part, shape.up().bits());
    }
    if (shape.gated()) {
      // The product act(W1·x) ⊙ V·x.
      fits(profile, names.apply(part), 2 * shape.up().bits(), hiddenFraction);
    }
  }

  /** Checks scores. Scores and masked ones lie above −(3·2^bits + 16). */
  void scores(String part, int bits, int fraction) {
    int range = Math.max(bits, MIN_SCORE_BITS);
    long lowest = (3L << range) + (1 << MIN_SCORE_BITS);
    if (bits < 1
        || range + 2 + fraction >= Long.SIZE
        || lowest << fraction >= Rescale.bound(profile.t(), FixedPoint.FRACTION)) {
      throw new ModelException(
          "with the keys it makes scores up to 2^"
              + bits
              + ", which with those of masked keys do not stay below t/4"
              + " at "
              + fraction
              + " fraction bits",
          "tensor " + names.apply(part),
          REMEDY);
    }
  }

  /** Checks the input of a norm. */
  void norm(String part, NormShape norm) {
    if (norm.kind() != NormShape.Kind.NONE) {
      norm(names.apply(part), norm.rangeBits());
      fits(profile, names.apply(part), norm.rangeBits(), FixedPoint.FRACTION);
    }
  }

  /** Checks the results of a matrix, before they are rescaled. */
  void product(String part, int bits, int weightFraction, int inputFraction) {
    String tensor = names.apply(part);
    fits(profile, tensor, bits, fraction(tensor, weightFraction) + inputFraction);
  }

  /** Returns the fraction bits of a tensor, if they are possible. */
  public static int fraction(String tensor, int weightFraction) {
    if (weightFraction < 0 || weightFraction > MAX_WEIGHT_FRACTION) {
      throw new ModelException(
          "its weights have "
              + weightFraction
              + " fraction bits, 0 to "
              + MAX_WEIGHT_FRACTION
              + " are possible",
          "tensor " + tensor,
          REMEDY);
    }
    return weightFraction;
  }

  /** Checks the arguments of a piecewise function. */
  void argument(String part, int bits) {
    if (bits > PIECEWISE_BITS) {
      throw new ModelException(
          "its results give a non-linear function arguments up to 2^"
              + bits
              + ", the most is 2^"
              + PIECEWISE_BITS,
          "tensor " + names.apply(part),
          REMEDY);
    }
  }

  /**
   * Returns the range bits of a norm's input, if they are possible. The error names the norm's
   * gain.
   */
  public static int norm(String gain, int bits) {
    if (bits > NORM_BITS) {
      throw new ModelException(
          "its norm takes values up to 2^" + bits + ", the most is 2^" + NORM_BITS,
          "tensor " + gain,
          REMEDY);
    }
    return bits;
  }

  /**
   * Returns the most weight fraction bits, up to {@code wanted}, with which products of calibrated
   * range 2^bits obey the rule; negative if none do.
   */
  public static int weightFraction(Profile profile, int wanted, int bits, int inputFraction) {
    return Math.min(wanted, room(profile) - bits - inputFraction);
  }

  /** Checks values below 2^bits at so many fraction bits. */
  void fits(String part, int bits, int fraction) {
    fits(profile, names.apply(part), bits, fraction);
  }

  /** Refuses values below 2^bits at so many fraction bits when they may reach t/4. */
  public static void fits(Profile profile, String tensor, int bits, int fraction) {
    if (bits < 1 || bits + fraction > room(profile)) {
      throw new ModelException(
          "its results, below 2^"
              + bits
              + " at "
              + fraction
              + " fraction bits, do not stay below t/4, which"
              + " leaves "
              + room(profile)
              + " bits for range and fraction together",
          "tensor " + tensor,
          REMEDY);
    }
  }

  /** Returns log₂ of the largest power of two at or below the rescale's bound, about t/4. */
  private static int room(Profile profile) {
    return 63 - Long.numberOfLeadingZeros(Rescale.bound(profile.t(), FixedPoint.FRACTION));
  }
}
