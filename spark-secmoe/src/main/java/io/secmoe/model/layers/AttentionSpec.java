// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.layer.Attention;
import io.secmoe.layer.AttentionShape;
import io.secmoe.layer.AttentionWeights;
import io.secmoe.layer.NormShape;
import io.secmoe.linear.MatrixProductShape;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.RingVector;

/** x + attention(norm(x)): attention over the tokens of each row, with its residual connection. */
public record AttentionSpec(String name, NormShape norm, AttentionShape shape)
    implements ResidualSpec<AttentionWeights> {
  /** Fraction bits of scores and of means, before they are rescaled. */
  private static final int PRODUCT_FRACTION = 2 * FixedPoint.FRACTION;

  /** Queries, keys, values and their means live at once. */
  private static final int PROJECTIONS = 4;

  @Override
  public LayerKind kind() {
    return LayerKind.ATTENTION;
  }

  @Override
  public int width() {
    return shape.width();
  }

  @Override
  public void write(ObjectNode node) {
    LayerSpecJson.put(node, norm);
    ShapeJson.put(node, shape);
  }

  static AttentionSpec read(String name, Fields fields) {
    return new AttentionSpec(name, LayerSpecJson.norm(fields), ShapeJson.attention(fields));
  }

  @Override
  public void checkRanges(RangeRule rule) {
    rule.norm(RangeRule.NORM, norm);
    rule.product(
        RangeRule.QUERY, shape.query().bits(), shape.query().fraction(), FixedPoint.FRACTION);
    rule.product(RangeRule.KEY, shape.key().bits(), shape.key().fraction(), FixedPoint.FRACTION);
    rule.product(
        RangeRule.VALUE, shape.value().bits(), shape.value().fraction(), FixedPoint.FRACTION);
    rule.scores(RangeRule.QUERY, shape.scoreBits(), PRODUCT_FRACTION);
    rule.fits(RangeRule.VALUE, shape.value().bits(), PRODUCT_FRACTION);
    rule.product(
        RangeRule.OUTPUT, shape.output().bits(), shape.output().fraction(), FixedPoint.FRACTION);
  }

  /**
   * Adds the loss of the projections, of two products of pairs each way, of one square and one
   * scaling of every score, and of the output's matrix.
   */
  @Override
  public void addLoss(StatisticalLoss loss, Strategy strategy, Sequences batch) {
    int length = batch.length();
    double pairs = (double) shape.heads().count() * batch.count();
    double byTokens = Math.ceil(pairs / MatrixProductShape.pairsPerCiphertext(length));
    // This is an upper bound: a group of pairs, which one ciphertext or more of its tokens hold,
    // may leave one of its features partly empty.
    double byFeatures =
        Math.max(
            byTokens,
            Math.ceil(pairs / MatrixProductShape.pairsPerCiphertext(shape.heads().width())));
    loss.norm(norm, width(), batch);
    loss.linear(shape.width(), 3.0 * shape.inner());
    loss.product(shape.heads().width(), 2 * length * byTokens);
    loss.product(length, shape.heads().width() * byTokens + length * byFeatures);
    loss.elementwise(2, pairs * length * length, 2);
    loss.linear(shape.inner(), shape.width());
  }

  @Override
  public long serverMemory(LayerMemory memory) {
    return Math.max(memory.linear(shape.width(), shape.inner()), heads(memory))
        + projections(memory);
  }

  @Override
  public long clientMemory(LayerMemory memory) {
    return Math.max(memory.shares(width()), scores(memory)) + projections(memory);
  }

  private long projections(LayerMemory memory) {
    return PROJECTIONS * memory.vectors(shape.inner());
  }

  /**
   * Returns the bytes of one group of pairs of a head and a sequence: the scores, and the factors
   * of a product.
   */
  private long heads(LayerMemory memory) {
    int inner = Math.max(shape.heads().width(), memory.batch().length());
    return memory.ciphertexts(inner) + memory.tile(inner) + scores(memory);
  }

  private long scores(LayerMemory memory) {
    return memory.words(Attention.mostScores(shape, memory.batch()));
  }

  @Override
  public String step() {
    return "projections";
  }

  @Override
  public RingVector innerClient(ClientWalk walk, RingVector x) {
    return Attention.client(walk.party(), shape, walk.columns(), walk.lengths(), x);
  }

  @Override
  public RingVector innerServer(ServerWalk walk, AttentionWeights weights, RingVector x) {
    return Attention.server(walk.party(), shape, weights, walk.columns(), x);
  }
}
