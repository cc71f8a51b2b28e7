// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.layer.EmbeddingShape;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.ring.RingVector;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One step of the public walk over a model: its shape, scales and calibrated ranges, never a
 * weight. A kind of layer is one implementation, with everything that the engine needs to know
 * about the layer, and one entry in {@link LayerKind}. Norms, positions, activations and routers
 * are parameters of kinds.
 *
 * @param <W> the server's weights of such a layer; {@link Void} if it has none
 */
public interface LayerSpec<W> {
  /** Returns the layer's name: the prefix of its tensors, and its name in reports of costs. */
  String name();

  /** Returns the kind, under which {@link #write} is read again. */
  LayerKind kind();

  /** Returns the number of features that come in; 0 where ids do. */
  int inputs();

  /** Returns the number of features that go out. */
  int outputs();

  /** Writes the fields of its JSON form, in a fixed order, after its name and its kind. */
  void write(ObjectNode node);

  /**
   * Checks that no value can wrap modulo t.
   *
   * @throws io.secmoe.model.checkpoint.ModelException naming the tensor that is to blame
   */
  void checkRanges(RangeRule rule);

  /** Adds the statistical loss of the server's answers for a batch of this shape. */
  void addLoss(StatisticalLoss loss, Strategy strategy, Sequences batch);

  /** Returns the bytes of native memory that the server needs at once. */
  long serverMemory(LayerMemory memory);

  /** Returns the bytes of native memory that the client needs at once. */
  long clientMemory(LayerMemory memory);

  /** Returns the step that costs are counted under until the layer names another. */
  String firstStep();

  /** Computes the client's share of the result from that of the input, which stays open. */
  RingVector client(ClientWalk walk, RingVector x);

  /** Computes the server's share of the result from that of the input, which stays open. */
  RingVector server(ServerWalk walk, W weights, RingVector x);

  /** Returns true if a row of several columns leaves with one. */
  default boolean pools() {
    return false;
  }

  /** Returns the calibrated bits of its results, if the results of a model may be these. */
  default OptionalInt resultBits() {
    return OptionalInt.empty();
  }

  /** Returns its table's shape, if the layer looks up ids. */
  default Optional<EmbeddingShape> table() {
    return Optional.empty();
  }

  /** Returns its experts' shape, if it has some. */
  default Optional<MoeShape> experts() {
    return Optional.empty();
  }

  /** Returns its table, if its owner may publish it. */
  default Optional<OwnTable> ownTable(W weights) {
    return Optional.empty();
  }

  /** Returns the shape of a batch behind this layer. */
  default Sequences after(Sequences batch) {
    return pools() ? new Sequences(batch.count(), 1) : batch;
  }
}
