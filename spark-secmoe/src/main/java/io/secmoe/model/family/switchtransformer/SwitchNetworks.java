// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.layer.FeedForward;
import io.secmoe.layer.NormShape;
import io.secmoe.model.checkpoint.Matrix;
import io.secmoe.model.layers.FeedForwardSpec;
import io.secmoe.model.layers.LayerPlan;
import io.secmoe.model.layers.LinearWeights;
import io.secmoe.model.layers.MoeSpec;
import io.secmoe.model.layers.RangeRule;
import io.secmoe.model.layers.Scales;
import io.secmoe.model.layers.ValueNames;
import io.secmoe.moe.ExpertScales;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.MoeWeights;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.FeedForwardWeights;
import io.secmoe.ring.FixedPoint;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The feed-forward layers, dense and sparse, that the blocks of a Switch Transformers encoder are
 * served as.
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
    int logitBits = scales.bits(name + ValueNames.LOGITS);
    int fraction = scales.fraction(router, logitBits, FixedPoint.FRACTION);
    FeedForwardShape expert = network(name, up, down, RangeRule.DOWN_FRACTION);
    ExpertScales experts =
        new ExpertScales(up.shifts(expert.upFraction()), down.shifts(expert.downFraction()));
    MoeShape shape =
        new MoeShape(
            config.experts(),
            1,
            false,
            config.routerBias(),
            config.capacity(),
            fraction,
            logitBits,
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
                router.quantise(fraction),
                bias == null ? null : LinearWeights.bias(bias, fraction),
                new FeedForwardWeights(
                    up.quantise(expert.upFraction(), experts.up()),
                    down.quantise(expert.downFraction(), experts.down()),
                    null,
                    null)));
  }

  private FeedForwardShape network(String name, Matrix up, Matrix down, int downFraction) {
    SwitchConfig config = tensors.config();
    int hiddenBits = scales.bits(name + ValueNames.HIDDEN);
    int outputBits = scales.bits(name + ValueNames.OUTPUT);
    return new FeedForwardShape(
        config.width(),
        config.hidden(),
        config.activation(),
        config.gated(),
        false,
        scales.fraction(up, hiddenBits, FixedPoint.FRACTION),
        scales.fraction(down, outputBits, downFraction),
        hiddenBits,
        outputBits);
  }

  private static Supplier<FeedForwardWeights> weights(
      FeedForwardShape shape, Matrix up, Matrix down) {
    return () ->
        new FeedForwardWeights(
            up.quantise(shape.upFraction()), down.quantise(shape.downFraction()), null, null);
  }
}
