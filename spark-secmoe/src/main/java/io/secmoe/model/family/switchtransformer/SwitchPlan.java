// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.layer.AttentionShape;
import io.secmoe.layer.AttentionWeights;
import io.secmoe.layer.EmbeddingShape;
import io.secmoe.layer.EmbeddingWeights;
import io.secmoe.layer.NormShape;
import io.secmoe.linear.LinearShape;
import io.secmoe.linear.LinearWeights;
import io.secmoe.model.checkpoint.Matrix;
import io.secmoe.model.input.TokenInput;
import io.secmoe.model.layers.AttentionSpec;
import io.secmoe.model.layers.EmbeddingSpec;
import io.secmoe.model.layers.LayerPlan;
import io.secmoe.model.layers.LinearSpec;
import io.secmoe.model.layers.NormSpec;
import io.secmoe.model.layers.Output;
import io.secmoe.model.layers.PoolSpec;
import io.secmoe.model.layers.RangeRule;
import io.secmoe.model.layers.Scales;
import io.secmoe.model.layers.ValueNames;
import io.secmoe.network.LinearScale;
import io.secmoe.ring.FixedPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes the layers as which a Switch Transformers encoder is served: its ends and its attention.
 * {@link SwitchNetworks} makes the others.
 */
final class SwitchPlan {
  private static final String POOL = "pool";

  private final SwitchTensors tensors;
  private final SwitchConfig config;
  private final Scales scales;
  private final Output output;

  SwitchPlan(SwitchTensors tensors, Scales scales, Output output) {
    this.tensors = tensors;
    this.config = tensors.config();
    this.scales = scales;
    this.output = output;
  }

  LayerPlan plan() {
    SwitchNetworks networks = new SwitchNetworks(tensors, scales);
    List<LayerPlan.Step<?>> steps = new ArrayList<>();
    steps.add(embedding());
    String x = tensors.embedding();
    for (int block = 0; block < config.stack().blocks(); block++) {
      steps.add(attention(block, x));
      steps.add(networks.step(block));
      x = SwitchNames.feedForward(block);
    }
    String norm = SwitchNames.FINAL_NORM;
    steps.add(
        new LayerPlan.Step<>(
            new NormSpec(
                norm, norm(scales, config, x, norm + RangeRule.WEIGHT), config.stack().width()),
            Map.of(),
            null));
    if (config.head().pooling() != null) {
      steps.add(
          new LayerPlan.Step<>(
              new PoolSpec(POOL, config.head().pooling(), config.stack().width()), Map.of(), null));
    }
    steps.add(
        output == Output.EMBEDDINGS
            ? linear(ValueNames.EMBEDDINGS, tensors.finalGain(), null)
            : linear(SwitchNames.CLASSIFIER, tensors.classifier(), tensors.classifierBias()));
    return new LayerPlan(
        new TokenInput(config.tokens().vocabulary(), config.tokens().longest()),
        output == Output.EMBEDDINGS ? List.of() : config.head().labels(),
        steps);
  }

  /**
   * Returns the norm of a value of calibrated range. If the range is too wide, the error names the
   * gain's tensor.
   */
  static NormShape norm(Scales scales, SwitchConfig config, String value, String gain) {
    return new NormShape(
        NormShape.Kind.RMS, RangeRule.norm(gain, scales.bits(value)), config.stack().epsilon());
  }

  private LayerPlan.Step<?> embedding() {
    String name = tensors.embedding();
    Matrix table = tensors.table();
    int fraction = scales.tableFraction(table);
    int limbs = fraction > EmbeddingShape.fractionFor(table.largest(), 1) ? 2 : 1;
    EmbeddingShape shape =
        EmbeddingShape.balanced(
            config.tokens().vocabulary(),
            config.stack().width(),
            fraction,
            limbs,
            scales.bits(name));
    return new LayerPlan.Step<>(
        new EmbeddingSpec(name, shape),
        Map.of(),
        () -> EmbeddingWeights.quantise(shape, table::at));
  }

  private LayerPlan.Step<?> attention(int block, String x) {
    String name = SwitchNames.attention(block);
    Matrix query = tensors.query(block);
    Matrix key = tensors.key(block);
    Matrix value = tensors.value(block);
    Matrix out = tensors.output(block);
    AttentionShape shape =
        new AttentionShape(
            config.stack().width(),
            new AttentionShape.Heads(
                config.attention().heads().count(), config.attention().heads().width()),
            false,
            scale(query, name + ValueNames.QUERY),
            scale(key, name + ValueNames.KEY),
            scale(value, name + ValueNames.VALUE),
            scale(out, name + ValueNames.OUTPUT),
            scales.bits(name + ValueNames.SCORES));
    Map<String, String> names =
        Map.of(
            RangeRule.QUERY,
            query.name(),
            RangeRule.KEY,
            key.name(),
            RangeRule.VALUE,
            value.name(),
            RangeRule.OUTPUT,
            out.name(),
            RangeRule.NORM,
            SwitchNames.gainName(name));
    NormShape norm = norm(scales, config, x, SwitchNames.gainName(name));
    return new LayerPlan.Step<>(
        new AttentionSpec(name, norm, shape),
        names,
        () ->
            new AttentionWeights(
                new LinearWeights(query.quantise(shape.query().fraction())),
                new LinearWeights(key.quantise(shape.key().fraction())),
                new LinearWeights(value.quantise(shape.value().fraction())),
                new LinearWeights(out.quantise(shape.output().fraction())),
                tensors.positions()));
  }

  private LayerPlan.Step<?> linear(String name, Matrix matrix, double[] bias) {
    LinearScale scale = scale(matrix, name);
    int fraction = scale.fraction();
    LinearShape shape = new LinearShape(matrix.rows(), matrix.columns(), fraction);
    return new LayerPlan.Step<>(
        new LinearSpec(name, shape, bias != null, scale.bits()),
        Map.of(RangeRule.WEIGHT, matrix.name()),
        () ->
            new LinearWeights(
                matrix.quantise(fraction),
                bias == null ? null : LinearWeights.bias(bias, fraction)));
  }

  private LinearScale scale(Matrix matrix, String value) {
    return scales.linear(matrix, value, FixedPoint.FRACTION);
  }
}
