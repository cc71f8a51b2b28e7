package io.secmoe.model;

import io.secmoe.layer.NormShape;
import io.secmoe.linear.LinearShape;
import io.secmoe.linear.Weights;
import io.secmoe.moe.FeedForwardShape;
import io.secmoe.moe.MoeShape;
import io.secmoe.party.Profile;
import io.secmoe.ring.FixedPoint;
import java.util.ArrayList;
import java.util.List;

/**
 * From a checkpoint and its calibration to the public layer list: chooses every weight scale. A tensor gets the most fraction bits that
 * both 12-bit integers and the range rule allow; one that would lose more than {@link #LOSS} bits of its 12 to the range rule is refused.
 */
final class LayerPlan {
  private static final int LOSS = 3;

  private final Checkpoint checkpoint;
  private final Calibration calibration;
  private final Profile profile;
  private final Output output;

  private LayerPlan(Checkpoint checkpoint, Calibration calibration, Profile profile, Output output) {
    this.checkpoint = checkpoint;
    this.calibration = calibration;
    this.profile = profile;
    this.output = output;
  }

  static LayerList of(Checkpoint checkpoint, Calibration calibration, Profile profile, Output output) {
    return new LayerPlan(checkpoint, calibration, profile, output).list();
  }

  private LayerList list() {
    ModelConfig config = checkpoint.config();
    List<LayerSpec> layers = new ArrayList<>();
    layers.add(linear(Checkpoint.EMBED, config.width(), config.inputFeatures()));
    for (int i = 0; i < config.blocks(); i++) {
      layers.add(moe(Checkpoint.block(i)));
    }
    layers.add(linear(Checkpoint.HEAD, config.labels().size(), config.width()));
    return new LayerList(FixedPoint.FRACTION, new FeatureInput(config.inputFeatures(), calibration.bits(Calibration.FEATURES)),
        config.labels(), profile, output, layers);
  }

  private LinearSpec linear(String layer, int outputs, int inputs) {
    int bits = calibration.bits(layer);
    int fraction = fraction(layer + Checkpoint.WEIGHT, bits, FixedPoint.FRACTION);
    return new LinearSpec(layer, new LinearShape(outputs, inputs, fraction), true, bits);
  }

  private MoeSpec moe(String layer) {
    ModelConfig config = checkpoint.config();
    int logitBits = calibration.bits(layer + Calibration.LOGITS);
    int hiddenBits = calibration.bits(layer + Calibration.HIDDEN);
    int outputBits = calibration.bits(layer + Calibration.OUTPUT);
    RangeRule.fits(profile, layer, calibration.bits(layer), FixedPoint.FRACTION);
    FeedForwardShape expert = new FeedForwardShape(config.width(), config.hidden(), config.activation(), false, false,
        fraction(layer + Checkpoint.UP, hiddenBits, FixedPoint.FRACTION),
        fraction(layer + Checkpoint.DOWN, outputBits, RangeRule.DOWN_FRACTION), hiddenBits, outputBits);
    return new MoeSpec(layer, NormShape.NONE, new MoeShape(config.experts(), 1, false, false, 0,
        fraction(layer + Checkpoint.ROUTER, logitBits, FixedPoint.FRACTION), logitBits, expert));
  }

  private int fraction(String tensor, int bits, int inputFraction) {
    double largest = checkpoint.tensors().tensor(tensor).largest();
    int wanted = Weights.fractionFor(largest);
    int possible = RangeRule.weightFraction(profile, largest, bits, inputFraction);
    return wanted - possible <= LOSS ? possible : wanted - LOSS;
  }
}
