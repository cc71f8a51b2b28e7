// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.layer.Pool;
import io.secmoe.layer.Pooling;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.ModelLimits;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.protocol.product.SumPacking;
import io.secmoe.ring.RingVector;

/** Makes one vector of a row of tokens. From here on a row is one column. */
public record PoolSpec(String name, Pooling pooling, int width) implements LayerSpec<Void> {
  @Override
  public LayerKind kind() {
    return LayerKind.POOL;
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
  public boolean pools() {
    return true;
  }

  @Override
  public void write(ObjectNode node) {
    node.put("width", width);
    node.put("pooling", pooling.name());
  }

  static PoolSpec read(String name, Fields fields) {
    return new PoolSpec(
        name,
        fields.choice("pooling", Pooling.values()),
        fields.integer("width", 1, ModelLimits.MAX_FEATURES));
  }

  /** A mean or a choice of values stays in their range. */
  @Override
  public void checkRanges(RangeRule rule) {}

  @Override
  public void addLoss(StatisticalLoss loss, Strategy strategy, Sequences batch) {
    if (pooling == Pooling.MEAN) {
      SumPacking packing = SumPacking.of(width, batch.count(), batch.length());
      loss.product(packing.rows(), packing.blocks());
    }
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
    return "pool";
  }

  @Override
  public RingVector client(ClientWalk walk, RingVector x) {
    return Pool.client(walk.party(), pooling, walk.columns(), walk.lengths(), width, x);
  }

  @Override
  public RingVector server(ServerWalk walk, Void weights, RingVector x) {
    return Pool.server(walk.party(), pooling, walk.columns(), width, x);
  }
}
