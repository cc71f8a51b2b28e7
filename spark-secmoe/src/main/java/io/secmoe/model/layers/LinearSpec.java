// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.linear.Linear;
import io.secmoe.linear.LinearShape;
import io.secmoe.linear.LinearWeights;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.ModelLimits;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.RingVector;
import java.util.OptionalInt;

/**
 * y = W·x + bias, both x and y at 12 fraction bits.
 *
 * @param shape of W, with its fraction bits
 * @param bias true if there is one: integers at 12 + weight fraction bits, added before the rescale
 * @param outputBits calibrated: |y| &lt; 2^outputBits
 */
public record LinearSpec(String name, LinearShape shape, boolean bias, int outputBits)
    implements LayerSpec<LinearWeights> {
  @Override
  public LayerKind kind() {
    return LayerKind.LINEAR;
  }

  @Override
  public int inputs() {
    return shape.inputs();
  }

  @Override
  public int outputs() {
    return shape.outputs();
  }

  @Override
  public OptionalInt resultBits() {
    return OptionalInt.of(outputBits);
  }

  @Override
  public void write(ObjectNode node) {
    node.put("outputs", outputs());
    node.put("inputs", inputs());
    node.put("weight_fraction", shape.weightFraction());
    node.put("bias", bias);
    node.put("output_bits", outputBits);
  }

  static LinearSpec read(String name, Fields fields) {
    LinearShape shape =
        new LinearShape(
            fields.integer("outputs", 1, ModelLimits.MAX_FEATURES),
            fields.integer("inputs", 1, ModelLimits.MAX_FEATURES),
            LayerSpecJson.bits(fields, "weight_fraction"));
    return new LinearSpec(
        name, shape, fields.flag("bias"), LayerSpecJson.bits(fields, "output_bits"));
  }

  @Override
  public void checkRanges(RangeRule rule) {
    rule.product(RangeRule.WEIGHT, outputBits, shape.weightFraction(), FixedPoint.FRACTION);
  }

  @Override
  public void addLoss(StatisticalLoss loss, Strategy strategy, Sequences batch) {
    loss.linear(inputs(), outputs());
  }

  @Override
  public long serverMemory(LayerMemory memory) {
    return memory.linear(inputs(), outputs());
  }

  @Override
  public long clientMemory(LayerMemory memory) {
    return memory.shares(Math.max(inputs(), outputs()));
  }

  @Override
  public String firstStep() {
    return "linear";
  }

  @Override
  public RingVector client(ClientWalk walk, RingVector x) {
    try (RingVector y = Linear.client(walk.party(), shape, x)) {
      return Rescale.client(walk.party(), y, shape.weightFraction(), walk.party().t());
    }
  }

  @Override
  public RingVector server(ServerWalk walk, LinearWeights weights, RingVector x) {
    try (RingVector y = Linear.server(walk.party(), weights, x)) {
      return Rescale.server(walk.party(), y, shape.weightFraction(), walk.party().t());
    }
  }
}
