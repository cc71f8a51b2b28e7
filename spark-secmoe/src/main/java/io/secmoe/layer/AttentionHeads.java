// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.linear.MatrixProduct;
import io.secmoe.linear.MatrixProductShape;
import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.compare.RangeCheck;
import io.secmoe.protocol.function.Softmax;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.RingVector;
import java.util.function.LongToIntFunction;

/**
 * Computes the heads of an attention layer. Shares of queries, keys and values modulo t,
 * heads·headWidth × tokens at 12 fraction bits, become shares of the values' means weighted by
 * softmax(QKᵀ + position bias), of the same shape at 12.
 *
 * <p>The work is done for one group of pairs after the other; a pair is a head of a sequence. The
 * scores, keys × (pairs × queries) at 24 fraction bits, are one {@link MatrixProduct}. The server
 * adds the position bias to its share. For the keys beyond a sequence's secret length, the client
 * adds a constant below all scores to its share. Then come {@link Softmax} over the keys, another
 * product with the values, and a rescale. A masked key weighs 0, up to the error of softmax. If all
 * keys are masked, the result is some mean of the values. The memory is a few vectors of a group's
 * scores, about 2^21 each. Each group takes the rounds of two products, a softmax and a rescale.
 */
final class AttentionHeads {
  /** The fraction bits of scores. */
  static final int SCORE_FRACTION = 2 * FixedPoint.FRACTION;

  /** The distance of masked scores from all others, 2^4: softmax does not tell e^−16 from 0. */
  private static final int MASK_BITS = 4;

  private AttentionHeads() {}

  /**
   * Returns the client's share of the means; {@code lengths} are its sequences' own; inputs stay
   * open.
   */
  static RingVector client(
      ClientParty c,
      HeadColumns columns,
      int[] lengths,
      RingVector query,
      RingVector key,
      RingVector value) {
    Sequences sequences = columns.sequences();
    RingVector all = RingVector.uninitialised(c.arena(), c.t(), value.length());
    for (int first = 0; first < columns.pairs(); first += columns.group()) {
      int n = Math.min(columns.group(), columns.pairs() - first);
      RingVector p;
      c.channel().meter().step("scores");
      try (RingVector q = columns.gather(c.arena(), query, first, n);
          RingVector k = columns.gather(c.arena(), key, first, n);
          RingVector scores = MatrixProduct.client(c, scores(columns, n), k, q)) {
        RangeCheck.run(
            c,
            RangeCheck.Width.NARROW,
            scores,
            SCORE_FRACTION,
            columns.shape().scoreBits(),
            query(columns, first, n));
        mask(columns, lengths, first, n, scores);
        c.channel().meter().step("softmax");
        p = Softmax.run(c, scores, sequences.length(), SCORE_FRACTION, rangeBits(columns.shape()));
      }
      c.channel().meter().step("values");
      try (p;
          RingVector v = columns.gatherByToken(c.arena(), value, first, n);
          RingVector sums = MatrixProduct.client(c, values(columns, n), v, p);
          RingVector means = Rescale.client(c, sums, FixedPoint.FRACTION, c.t())) {
        columns.scatter(means, first, n, all);
      }
    }
    return all;
  }

  /** Returns the server's share of the means; inputs stay open. */
  static RingVector server(
      ServerParty s,
      HeadColumns columns,
      PositionBias position,
      RingVector query,
      RingVector key,
      RingVector value) {
    Sequences sequences = columns.sequences();
    RingVector all = RingVector.uninitialised(s.arena(), s.t(), value.length());
    for (int first = 0; first < columns.pairs(); first += columns.group()) {
      int n = Math.min(columns.group(), columns.pairs() - first);
      RingVector p;
      s.channel().meter().step("scores");
      try (RingVector q = columns.gather(s.arena(), query, first, n);
          RingVector k = columns.gather(s.arena(), key, first, n);
          RingVector scores = MatrixProduct.server(s, scores(columns, n), k, q)) {
        position.addTo(
            s.arena(), scores, sequences.length(), first, sequences.count(), SCORE_FRACTION);
        RangeCheck.run(
            s,
            RangeCheck.Width.NARROW,
            scores,
            SCORE_FRACTION,
            columns.shape().scoreBits(),
            query(columns, first, n));
        s.channel().meter().step("softmax");
        p = Softmax.run(s, scores, sequences.length(), SCORE_FRACTION, rangeBits(columns.shape()));
      }
      s.channel().meter().step("values");
      try (p;
          RingVector v = columns.gatherByToken(s.arena(), value, first, n);
          RingVector sums = MatrixProduct.server(s, values(columns, n), v, p);
          RingVector means = Rescale.server(s, sums, FixedPoint.FRACTION, s.t())) {
        columns.scatter(means, first, n, all);
      }
    }
    return all;
  }

  /**
   * Returns the column of a score's query, keys × (pairs × queries). Scores of padding's keys must
   * be right too, or they could not be masked.
   */
  private static LongToIntFunction query(HeadColumns columns, int first, int pairs) {
    int length = columns.sequences().length();
    int count = columns.sequences().count();
    return i -> (int) ((first + i / length % pairs) % count * length + i % length);
  }

  private static MatrixProductShape scores(HeadColumns columns, int pairs) {
    int length = columns.sequences().length();
    return new MatrixProductShape(pairs, columns.shape().heads().width(), length, length);
  }

  private static MatrixProductShape values(HeadColumns columns, int pairs) {
    int length = columns.sequences().length();
    return new MatrixProductShape(pairs, length, columns.shape().heads().width(), length);
  }

  /**
   * Adds the same constant, or 0, to the scores of every key, so that the work does not depend on
   * the lengths.
   */
  private static void mask(
      HeadColumns columns, int[] lengths, int first, int pairs, RingVector scores) {
    int length = columns.sequences().length();
    long below = -(2L << scoreBits(columns.shape())) - (1 << MASK_BITS) << SCORE_FRACTION;
    for (int key = 0; key < length; key++) {
      for (int pair = 0; pair < pairs; pair++) {
        long beyond = (lengths[(first + pair) % columns.sequences().count()] - 1L - key) >> 63;
        scores.view(((long) key * pairs + pair) * length, length).affineInPlace(1, below & beyond);
      }
    }
  }

  private static int scoreBits(AttentionShape shape) {
    return Math.max(shape.scoreBits(), MASK_BITS);
  }

  /** Returns the bits of scores and masked ones, which lie above −(3·2^scoreBits + 16). */
  static int rangeBits(AttentionShape shape) {
    return scoreBits(shape) + 2;
  }
}
