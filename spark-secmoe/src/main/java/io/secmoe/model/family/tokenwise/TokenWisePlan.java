// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.tokenwise;

import io.secmoe.layer.NormShape;
import io.secmoe.linear.LinearShape;
import io.secmoe.linear.LinearWeights;
import io.secmoe.model.checkpoint.Matrix;
import io.secmoe.model.checkpoint.Tensor;
import io.secmoe.model.checkpoint.TensorFiles;
import io.secmoe.model.input.FeatureInput;
import io.secmoe.model.layers.LayerPlan;
import io.secmoe.model.layers.LinearSpec;
import io.secmoe.model.layers.MoeSpec;
import io.secmoe.model.layers.RangeRule;
import io.secmoe.model.layers.Scales;
import io.secmoe.model.layers.ValueNames;
import io.secmoe.moe.ExpertScales;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.MoeWeights;
import io.secmoe.moe.RouterShape;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.FeedForwardWeights;
import io.secmoe.network.LinearScale;
import io.secmoe.ring.FixedPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes the layers as which a token-wise Mixture of Experts is served. Their tensors have the names
 * that {@link RangeRule} gives the parts.
 */
record TokenWisePlan(TokenWiseConfig config, TensorFiles tensors, Scales scales) {
  LayerPlan plan() {
    List<LayerPlan.Step<?>> steps = new ArrayList<>();
    steps.add(linear(TokenWise.EMBED));
    for (int i = 0; i < config.blocks(); i++) {
      steps.add(moe(TokenWise.block(i)));
    }
    steps.add(linear(TokenWise.HEAD));
    return new LayerPlan(
        new FeatureInput(config.inputFeatures(), scales.bits(ValueNames.FEATURES)),
        config.labels(),
        steps);
  }

  private LayerPlan.Step<?> linear(String layer) {
    Matrix matrix = Matrix.of(tensors.tensor(layer + TokenWise.WEIGHT));
    Tensor bias = tensors.tensor(layer + TokenWise.BIAS);
    int bits = scales.bits(layer);
    int fraction = scales.fraction(matrix, bits, FixedPoint.FRACTION);
    return new LayerPlan.Step<>(
        new LinearSpec(
            layer, new LinearShape(matrix.rows(), matrix.columns(), fraction), true, bits),
        Map.of(),
        () ->
            new LinearWeights(
                matrix.quantise(fraction), LinearWeights.bias(bias.toDoubles(), fraction)));
  }

  private LayerPlan.Step<?> moe(String layer) {
    Matrix router = Matrix.of(tensors.tensor(layer + TokenWise.ROUTER));
    Matrix up = Matrix.grouped(tensors.tensor(layer + TokenWise.UP));
    Matrix down = Matrix.grouped(tensors.tensor(layer + TokenWise.DOWN));
    RangeRule.fits(scales.profile(), layer, scales.bits(layer), FixedPoint.FRACTION);
    FeedForwardShape expert =
        new FeedForwardShape(
            config.width(),
            config.hidden(),
            config.activation(),
            scales.linear(up, layer + ValueNames.HIDDEN, FixedPoint.FRACTION),
            scales.linear(down, layer + ValueNames.OUTPUT, RangeRule.DOWN_FRACTION));
    LinearScale logits = scales.linear(router, layer + ValueNames.LOGITS, FixedPoint.FRACTION);
    MoeShape shape =
        new MoeShape(
            config.experts(),
            RouterShape.top1(logits),
            expert,
            new ExpertScales(
                up.shifts(expert.up().fraction()), down.shifts(expert.down().fraction())));
    return new LayerPlan.Step<>(
        new MoeSpec(layer, NormShape.NONE, shape),
        Map.of(),
        () ->
            new MoeWeights(
                new LinearWeights(router.quantise(logits.fraction())),
                new FeedForwardWeights(
                    new LinearWeights(up.quantise(expert.up().fraction(), shape.scales().up())),
                    new LinearWeights(
                        down.quantise(expert.down().fraction(), shape.scales().down())))));
  }
}
