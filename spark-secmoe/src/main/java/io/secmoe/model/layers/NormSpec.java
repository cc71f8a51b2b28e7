// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.layer.Norm;
import io.secmoe.layer.NormShape;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.ModelLimits;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.ring.RingVector;

/** norm(x), without its gain, which belongs to the next layer. */
public record NormSpec(String name, NormShape norm, int width) implements LayerSpec<Void> {
  @Override
  public LayerKind kind() {
    return LayerKind.NORM;
  }

  @Override
  public int inputs() {
    return width;
  }

  @Override
  public int outputs() {
    return width;
  }

  @Override
  public void write(ObjectNode node) {
    node.put("width", width);
    LayerSpecJson.put(node, norm);
  }

  static NormSpec read(String name, Fields fields) {
    return new NormSpec(
        name, LayerSpecJson.norm(fields), fields.integer("width", 1, ModelLimits.MAX_FEATURES));
  }

  @Override
  public void checkRanges(RangeRule rule) {
    rule.norm(RangeRule.WEIGHT, norm);
  }

  @Override
  public void addLoss(StatisticalLoss loss, Strategy strategy, Sequences batch) {
    loss.norm(norm, width, batch);
  }

  @Override
  public long serverMemory(LayerMemory memory) {
    return memory.linear(width, width);
  }

  @Override
  public long clientMemory(LayerMemory memory) {
    return memory.shares(width);
  }

  @Override
  public String firstStep() {
    return "norm";
  }

  @Override
  public RingVector client(ClientWalk walk, RingVector x) {
    return Norm.run(walk.party(), norm, width, x);
  }

  @Override
  public RingVector server(ServerWalk walk, Void weights, RingVector x) {
    return Norm.run(walk.party(), norm, width, x);
  }
}
