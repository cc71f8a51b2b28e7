// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.linear.LinearWeights;
import io.secmoe.linear.SelectLinear;
import io.secmoe.linear.Weights;
import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.product.Encrypted;
import io.secmoe.protocol.product.Upload;
import io.secmoe.ring.Arena;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Looks up the rows of the server's table for the client's ids: shares of T[id] modulo t, width ×
 * tokens at 12 fraction bits. The result is exact.
 *
 * <p>An id is high·low_count + low, and T_h is the matrix with the rows of high digit h as columns.
 * So T[id] = T_high·e_low = [T_0 | T_1 | …]·(e_high ⊗ e_low). This is a {@link SelectLinear} whose
 * two one-hot vectors the client knows in the clear, so that it encrypts them as they are. About
 * 2·√V ciphertexts go up instead of V; 32,128 ids take 180 + 179, at 21.25 B per slot. Columns
 * beyond a sequence's end hold the row of id 0. The protocol takes 1 round.
 *
 * <p>Entries of two limbs are low + 2^11·high. They are [T_0 | T'_0 | T_1 | …]·(e_high ⊗ (e_low,
 * 2^11·e_low)), where the T' hold the high limbs. The client sends e_low a second time, 2^11 times
 * as large, and there are as many answers as before. About 2·√(2V) ciphertexts go up; 32,128 ids
 * take 253 + 254. Two limbs cost half a bit of the answers' flooding and twice the server's
 * arithmetic. If one row has two limbs, all have, so it does not show which rows are large.
 *
 * <p>A published table costs nothing: the client looks up by itself and the server's share is zero.
 */
public final class Embedding {
  private Embedding() {}

  /** Returns the client's share of the rows of a table that stays with the server. */
  public static RingVector client(
      ClientParty c, EmbeddingShape shape, int[][] ids, Sequences sequences) {
    return client(c, shape, null, ids, sequences);
  }

  /**
   * Returns the client's share of the rows.
   *
   * @param published the table, vocabulary × width, if the shape says that it is published; else
   *     null
   * @param ids of every sequence, at most as many as its padded length
   */
  public static RingVector client(
      ClientParty c,
      EmbeddingShape shape,
      Weights.Source published,
      int[][] ids,
      Sequences sequences) {
    int[] tokens = padded(shape, ids, sequences);
    if (shape.isPublished()) {
      return lookedUp(c.arena(), c.t(), shape, published, tokens);
    }
    int level = c.profile().topLevel();
    int[] high = new int[tokens.length];
    int[] low = new int[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      high[i] = tokens[i] / shape.lowDigits();
      low[i] = tokens[i] % shape.lowDigits();
    }
    upload(c, high, shape.highDigits(), 1, level);
    upload(c, low, shape.lowDigits(), shape.limbs(), level);

    return SelectLinear.client(c, shape.width(), tokens.length).affineInPlace(scale(shape), 0);
  }

  /**
   * Returns the server's share of the rows; {@code weights} may be null if the table is published.
   */
  public static RingVector server(
      ServerParty s, EmbeddingShape shape, EmbeddingWeights weights, Sequences sequences) {
    if (shape.isPublished()) {
      return RingVector.zeros(s.arena(), s.t(), (long) shape.width() * sequences.tokens());
    }
    int level = s.profile().topLevel();
    try (Encrypted high = Upload.server(s, shape.highDigits(), sequences.tokens(), level);
        Encrypted low =
            Upload.server(s, shape.lowDigits() * shape.limbs(), sequences.tokens(), level)) {
      return SelectLinear.server(s, new LinearWeights(weights.table()), 1, high, low)
          .affineInPlace(scale(shape), 0);
    }
  }

  /** Returns the factor from the table's fraction bits to those of activations. */
  private static long scale(EmbeddingShape shape) {
    return 1L << (FixedPoint.FRACTION - shape.weightFraction());
  }

  private static int[] padded(EmbeddingShape shape, int[][] ids, Sequences sequences) {
    if (ids.length != sequences.count()) {
      throw new IllegalArgumentException(
          ids.length + " rows of ids for " + sequences.count() + " sequences");
    }
    int[] tokens = new int[sequences.tokens()];
    for (int row = 0; row < ids.length; row++) {
      if (ids[row].length > sequences.length()) {
        throw new IllegalArgumentException(
            "row " + row + " has more ids than the padded length, " + sequences.length());
      }
      for (int i = 0; i < ids[row].length; i++) {
        if (ids[row][i] < 0 || ids[row][i] >= shape.vocabulary()) {
          throw new IllegalArgumentException(
              "row " + row + " has an id that is not in the vocabulary of " + shape.vocabulary());
        }
        tokens[row * sequences.length() + i] = ids[row][i];
      }
    }
    return tokens;
  }

  /**
   * Returns one-hot vectors of the digits, once for every limb, multiplied by the limb's weight.
   */
  private static void upload(ClientParty c, int[] digits, int values, int limbs, int level) {
    try (RingVector oneHot =
        RingVector.uninitialised(c.arena(), c.t(), (long) limbs * values * digits.length)) {
      long at = 0;
      for (int row = 0; row < limbs * values; row++) {
        for (int digit : digits) {
          oneHot.set(
              at++,
              (long) (((digit ^ row % values) - 1) >>> 31)
                  << row / values * EmbeddingShape.LIMB_BITS);
        }
      }
      Upload.client(c, oneHot, limbs * values, level);
    }
  }

  private static RingVector lookedUp(
      Arena arena, Modulus t, EmbeddingShape shape, Weights.Source table, int[] tokens) {
    if (table == null) {
      throw new IllegalArgumentException(
          "the embedding's table is published: the client must be given it");
    }
    RingVector x = RingVector.uninitialised(arena, t, (long) shape.width() * tokens.length);
    for (int i = 0; i < tokens.length; i++) {
      for (int feature = 0; feature < shape.width(); feature++) {
        double entry = table.at((long) tokens[i] * shape.width() + feature);
        x.set(
            (long) feature * tokens.length + i,
            t.canonical(FixedPoint.encode(entry, FixedPoint.FRACTION)));
      }
    }
    return x;
  }
}
