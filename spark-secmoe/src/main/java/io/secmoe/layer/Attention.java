// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.linear.Linear;
import io.secmoe.linear.LinearShape;
import io.secmoe.linear.LinearWeights;
import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.product.Answers;
import io.secmoe.protocol.product.Encrypted;
import io.secmoe.protocol.product.Upload;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.protocol.tile.Tiles;
import io.secmoe.ring.RingVector;

/**
 * Computes self-attention: shares of x modulo t, width × tokens at 12 fraction bits, become shares
 * of W_o·concat_h softmax(Q_hK_hᵀ + position bias)V_h + b_o modulo t, of the same shape at 12. Q =
 * W_q·x + b_q, and K and V are alike. The softmax is over the tokens of a sequence that lie within
 * its length.
 *
 * <ol>
 *   <li>Upload x once: it serves the three products with weights. Rescale each product to 12 bits.
 *   <li>{@link AttentionHeads}: scores, softmax, values.
 *   <li>The output's matrix, {@link Linear}, and a rescale.
 * </ol>
 *
 * <p>The server knows all weights and the position bias. The client knows the lengths of its
 * sequences, and nothing except its own shares depends on them. Every product at its untruncated
 * scale must stay below t/4, and scores below 2^13 for a t of 41 bits. Source: Vaswani et al.,
 * NeurIPS 2017; the position bias is as in T5.
 */
public final class Attention {
  private Attention() {}

  /** Returns the most scores that are held at once: those of a group of pairs. */
  public static long mostScores(AttentionShape shape, Sequences sequences) {
    HeadColumns columns = new HeadColumns(shape, sequences);
    return (long) Math.min(columns.pairs(), columns.group())
        * sequences.length()
        * sequences.length();
  }

  /**
   * Returns the client's share; {@code lengths}: how many tokens of each sequence are not padding,
   * 0 to its padded length; x stays open.
   */
  public static RingVector client(
      ClientParty c, AttentionShape shape, Sequences sequences, int[] lengths, RingVector x) {
    require(shape, sequences, x);
    requireLengths(sequences, lengths);
    c.channel().meter().step("projections");
    Upload.client(c, x, shape.width(), c.profile().linearLevel());
    RingVector means;
    try (RingVector query = project(c, shape, sequences, shape.query().fraction());
        RingVector key = project(c, shape, sequences, shape.key().fraction());
        RingVector value = project(c, shape, sequences, shape.value().fraction())) {
      means =
          AttentionHeads.client(c, new HeadColumns(shape, sequences), lengths, query, key, value);
    }

    c.channel().meter().step("output");
    try (means;
        RingVector y =
            Linear.client(
                c,
                new LinearShape(shape.width(), shape.inner(), shape.output().fraction()),
                means)) {
      return Tiles.map(
          c.arena(), y, c.t(), part -> Rescale.client(c, part, shape.output().fraction(), c.t()));
    }
  }

  /** Returns the server's share; x stays open. */
  public static RingVector server(
      ServerParty s,
      AttentionShape shape,
      AttentionWeights weights,
      Sequences sequences,
      RingVector x) {
    require(shape, sequences, x);
    s.channel().meter().step("projections");
    Encrypted encrypted = Upload.server(s, x, shape.width(), s.profile().linearLevel());
    RingVector means;
    try (encrypted;
        RingVector query = project(s, weights.query(), encrypted);
        RingVector key = project(s, weights.key(), encrypted);
        RingVector value = project(s, weights.value(), encrypted)) {
      encrypted.close();
      means =
          AttentionHeads.server(
              s, new HeadColumns(shape, sequences), weights.position(), query, key, value);
    }

    s.channel().meter().step("output");
    try (means;
        RingVector y = Linear.server(s, weights.output(), means)) {
      return Tiles.map(
          s.arena(), y, s.t(), part -> Rescale.server(s, part, shape.output().fraction(), s.t()));
    }
  }

  private static RingVector project(
      ClientParty c, AttentionShape shape, Sequences sequences, int fraction) {
    try (RingVector y =
        Answers.client(c, shape.inner(), sequences.tokens(), c.profile().linearLevel())) {
      return Tiles.map(c.arena(), y, c.t(), part -> Rescale.client(c, part, fraction, c.t()));
    }
  }

  private static RingVector project(ServerParty s, LinearWeights linear, Encrypted x) {
    try (RingVector y = Linear.server(s, linear, x)) {
      return Tiles.map(
          s.arena(), y, s.t(), part -> Rescale.server(s, part, linear.weights().fraction(), s.t()));
    }
  }

  private static void require(AttentionShape shape, Sequences sequences, RingVector x) {
    if (x.length() != (long) shape.width() * sequences.tokens()) {
      throw new IllegalArgumentException(
          x.length()
              + " values are not "
              + shape.width()
              + " features of "
              + sequences.tokens()
              + " tokens");
    }
    if (shape.scoreBits() + 2 + AttentionHeads.SCORE_FRACTION > x.modulus().bits() - 2) {
      throw new IllegalArgumentException(
          "scores up to 2^" + shape.scoreBits() + " leave no room for what is below all of them");
    }
  }

  private static void requireLengths(Sequences sequences, int[] lengths) {
    if (lengths.length != sequences.count()) {
      throw new IllegalArgumentException(
          lengths.length + " lengths for " + sequences.count() + " sequences");
    }
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] < 0 || lengths[i] > sequences.length()) {
        throw new IllegalArgumentException(
            "the length of sequence " + i + " is not between 0 and " + sequences.length());
      }
    }
  }
}
