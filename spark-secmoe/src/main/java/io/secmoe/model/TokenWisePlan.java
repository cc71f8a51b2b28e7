package io.secmoe.model;

import io.secmoe.layer.NormShape;
import io.secmoe.linear.LinearShape;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.MoeWeights;
import io.secmoe.ring.FixedPoint;
import java.util.ArrayList;
import java.util.List;

/** The layers that a token-wise Mixture of Experts is served as. */
record TokenWisePlan(TokenWiseConfig config, TensorFiles tensors, Scales scales) {
  LayerPlan plan() {
    List<LayerPlan.Step> steps = new ArrayList<>();
    steps.add(linear(TokenWise.EMBED));
    for (int i = 0; i < config.blocks(); i++) {
      steps.add(moe(TokenWise.block(i)));
    }
    steps.add(linear(TokenWise.HEAD));
    return new LayerPlan(new FeatureInput(config.inputFeatures(), scales.bits(Calibration.FEATURES)), config.labels(), steps);
  }

  private LayerPlan.Step linear(String layer) {
    Matrix matrix = Matrix.of(tensors.tensor(layer + TokenWise.WEIGHT));
    Tensor bias = tensors.tensor(layer + TokenWise.BIAS);
    int bits = scales.bits(layer);
    int fraction = scales.fraction(matrix, bits, FixedPoint.FRACTION);
    return new LayerPlan.Step(new LinearSpec(layer, new LinearShape(matrix.rows(), matrix.columns(), fraction), true, bits),
        () -> new LinearWeights(matrix.quantise(fraction), LinearWeights.bias(bias.toDoubles(), fraction)));
  }

  private LayerPlan.Step moe(String layer) {
    Matrix router = Matrix.of(tensors.tensor(layer + TokenWise.ROUTER));
    Matrix up = Matrix.grouped(tensors.tensor(layer + TokenWise.UP));
    Matrix down = Matrix.grouped(tensors.tensor(layer + TokenWise.DOWN));
    int logitBits = scales.bits(layer + Calibration.LOGITS);
    int hiddenBits = scales.bits(layer + Calibration.HIDDEN);
    int outputBits = scales.bits(layer + Calibration.OUTPUT);
    scales.bits(layer, layer);
    RangeRule.arguments(config.activation(), up.name(), hiddenBits);
    MoeShape shape = new MoeShape(config.experts(), config.width(), config.hidden(), config.activation(),
        scales.fraction(router, logitBits, FixedPoint.FRACTION),
        scales.fraction(up, hiddenBits, FixedPoint.FRACTION),
        scales.fraction(down, outputBits, RangeRule.DOWN_FRACTION),
        logitBits, hiddenBits, outputBits);
    return new LayerPlan.Step(new MoeSpec(layer, NormShape.NONE, shape), () -> new MoeWeights(router.quantise(shape.routerFraction()),
        up.quantise(shape.upFraction()), down.quantise(shape.downFraction())));
  }
}
