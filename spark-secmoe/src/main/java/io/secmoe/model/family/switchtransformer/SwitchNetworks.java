// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.layer.FeedForward;
import io.secmoe.layer.NormShape;
import io.secmoe.linear.LinearWeights;
import io.secmoe.model.checkpoint.Matrix;
import io.secmoe.model.layers.FeedForwardSpec;
import io.secmoe.model.layers.LayerPlan;
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
import java.util.Map;
import java.util.function.Supplier;

/**
 * Makes the feed-forward layers, dense and sparse, as which the blocks of a Switch Transformers
 * encoder are served.
 */
record SwitchNetworks(SwitchTensors tensors, Scales scales) {
  LayerPlan.Step<?> step(int block) {
    String name = SwitchNames.feedForward(block);
    String gain = SwitchNames.gainName(name);
    NormShape norm = SwitchPlan.norm(scales, tensors.config(), SwitchNames.attention(block), gain);
    return tensors.config().sparse(block)
        ? sparse(block, name, norm, gain)
        : dense(block, name, norm, gain);
  }

  private LayerPlan.Step<?> dense(int block, String name, NormShape norm, String gain) {
    Matrix up = tensors.up(block);
    Matrix down = tensors.down(block);
    FeedForwardShape shape = network(name, up, down, FeedForward.HIDDEN_FRACTION);
    return new LayerPlan.Step<>(
        new FeedForwardSpec(name, norm, shape),
        Map.of(RangeRule.UP, up.name(), RangeRule.DOWN, down.name(), RangeRule.NORM, gain),
        weights(shape, up, down));
  }

  private LayerPlan.Step<?> sparse(int block, String name, NormShape norm, String gain) {
    SwitchConfig config = tensors.config();
    Matrix router = tensors.router(block);
    Matrix up = tensors.up(block);
    Matrix down = tensors.down(block);
    LinearScale logits = scales.linear(router, name + ValueNames.LOGITS, FixedPoint.FRACTION);
    FeedForwardShape expert = network(name, up, down, RangeRule.DOWN_FRACTION);
    ExpertScales experts =
        new ExpertScales(up.shifts(expert.up().fraction()), down.shifts(expert.down().fraction()));
    MoeShape shape =
        new MoeShape(
            config.experts().count(),
            RouterShape.top1(logits)
                .withBias(config.experts().routerBias())
                .withCapacity(config.experts().capacity()),
            expert,
            experts);
    double[] bias = tensors.routerBias(block);
    return new LayerPlan.Step<>(
        new MoeSpec(name, norm, shape),
        Map.of(
            RangeRule.ROUTER,
            router.name(),
            RangeRule.EXPERTS_UP,
            up.name(),
            RangeRule.EXPERTS_DOWN,
            down.name(),
            RangeRule.NORM,
            gain),
        () ->
            new MoeWeights(
                new LinearWeights(
                    router.quantise(logits.fraction()),
                    bias == null ? null : LinearWeights.bias(bias, logits.fraction())),
                new FeedForwardWeights(
                    new LinearWeights(up.quantise(expert.up().fraction(), experts.up())),
                    new LinearWeights(down.quantise(expert.down().fraction(), experts.down())))));
  }

  private FeedForwardShape network(String name, Matrix up, Matrix down, int downFraction) {
    SwitchConfig config = tensors.config();
    return new FeedForwardShape(
            config.stack().width(),
            config.network().hidden(),
            config.network().activation(),
            scales.linear(up, name + ValueNames.HIDDEN, FixedPoint.FRACTION),
            scales.linear(down, name + ValueNames.OUTPUT, downFraction))
        .withGate(config.network().gated());
  }

  private static Supplier<FeedForwardWeights> weights(
      FeedForwardShape shape, Matrix up, Matrix down) {
    return () ->
        new FeedForwardWeights(
            new LinearWeights(up.quantise(shape.up().fraction())),
            new LinearWeights(down.quantise(shape.down().fraction())));
  }
}
