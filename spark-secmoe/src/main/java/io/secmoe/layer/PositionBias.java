// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.ring.Arena;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * The number that an attention layer adds to the score of key j for query i: none, or a number for
 * each head and bucket of the distance j − i, as in T5 (Raffel et al., JMLR 2020). The numbers are
 * the server's secret; the buckets of distances are public.
 *
 * <p>Of n buckets (half of all for keys before the query and half for keys after it if {@code
 * bidirectional}; else later keys count as distance 0), the first n/2 are for distances 0, 1, …;
 * then they widen geometrically up to {@code maxDistance}, and larger distances fall into the last.
 */
public final class PositionBias {
  /** The position bias that adds nothing. */
  public static final PositionBias NONE = new PositionBias(false, 0, new double[0][]);

  private final boolean bidirectional;
  private final int maxDistance;
  private final double[][] values;

  private PositionBias(boolean bidirectional, int maxDistance, double[][] values) {
    this.bidirectional = bidirectional;
    this.maxDistance = maxDistance;
    this.values = values;
  }

  /**
   * Makes the relative position bias of T5: a value for each head and bucket of distances.
   *
   * @param values heads × buckets
   */
  public static PositionBias relative(boolean bidirectional, int maxDistance, double[][] values) {
    if (values.length == 0
        || values[0].length < (bidirectional ? 4 : 2)
        || maxDistance <= exact(side(bidirectional, values[0].length))) {
      throw new IllegalArgumentException(
          "a position bias has heads, a few buckets, and a largest distance beyond those of one"
              + " each");
    }
    return new PositionBias(bidirectional, maxDistance, values);
  }

  /** Returns the bias of a head at the distance key − query. */
  public double at(int head, int distance) {
    return values.length == 0
        ? 0
        : values[head][bucket(distance, bidirectional, values[head].length, maxDistance)];
  }

  /** Returns the bucket of a distance; as the reference computes it, in single precision. */
  static int bucket(int distance, boolean bidirectional, int buckets, int maxDistance) {
    int side = side(bidirectional, buckets);
    int exact = exact(side);
    int first = bidirectional && distance > 0 ? side : 0;
    int away = bidirectional ? Math.abs(distance) : Math.max(0, -distance);
    if (away < exact) {
      return first + away;
    }
    float octaves =
        (float) Math.log((float) away / exact) / (float) Math.log((double) maxDistance / exact);
    return first + Math.min(side - 1, exact + (int) (octaves * (side - exact)));
  }

  private static int side(boolean bidirectional, int buckets) {
    return bidirectional ? buckets / 2 : buckets;
  }

  private static int exact(int side) {
    return side / 2;
  }

  /**
   * Adds the bias to the server's share of scores, keys × (pairs × queries) modulo t at {@code
   * fraction} bits.
   *
   * @param length the number of keys, and of queries
   * @param first the number of the first pair; pairs are head-major: head·count + sequence
   * @param count the number of sequences
   */
  void addTo(Arena arena, RingVector scores, int length, int first, int count, int fraction) {
    int pairs = Math.toIntExact(scores.length() / length / length);
    for (int pair = 0, n; values.length > 0 && pair < pairs; pair += n) {
      int head = (first + pair) / count;
      n = Math.min(pairs - pair, (head + 1) * count - first - pair);
      try (RingVector bias = distances(arena, scores.modulus(), head, length, fraction)) {
        for (int key = 0; key < length; key++) {
          RingVector ofKey = bias.view(length - 1 - key, length);
          for (int i = pair; i < pair + n; i++) {
            scores.view(((long) key * pairs + i) * length, length).addInPlace(ofKey);
          }
        }
      }
    }
  }

  /**
   * Returns the bias at the distances length − 1, length − 2, …, 1 − length: a run of {@code
   * length} is that of one key for all queries.
   */
  private RingVector distances(Arena arena, Modulus t, int head, int length, int fraction) {
    long[] fixed = new long[2 * length - 1];
    for (int i = 0; i < fixed.length; i++) {
      fixed[i] = FixedPoint.encode(at(head, length - 1 - i), fraction);
    }
    return RingVector.of(arena, t, fixed);
  }
}
