// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.product;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeAnswers;
import io.secmoe.jni.NativeBuffer;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Adds up the tokens of each sequence with weights that only the client knows. The input is shares
 * of x modulo t, features × (count·length) with sequence-major columns, and w (client), one weight
 * modulo t for each column. The result is shares of Σ_i w_i·x_i modulo t, features × count.
 *
 * <p>w·x = w·x_C + w·x_S. The client adds up the first term by itself. For the second term it
 * uploads w, in ciphertexts that each serve many features, and the server adds up under encryption.
 * {@link SumPacking} chooses by cost how many tokens of a sequence lie side by side. For n features
 * × tokens it takes about 2·√(n·14000/8192) bits times 8192. The result is exact modulo t, and the
 * caller must ensure |Σ w·x| &lt; t/4. The protocol takes 1 round.
 *
 * <p>Costs per element of 64 × 16 sequences of 128: 0 COT, 61 bits; 1 round.
 *
 * <p>Costs per element of 768 × 64 sequences of 128: 0 COT, 9 bits; 1 round.
 */
public final class WeightedSums {
  private WeightedSums() {}

  /** Returns the client's shares of the sums; x and the weights stay open. */
  public static RingVector client(
      ClientParty c, RingVector x, int features, int length, RingVector weights) {
    Arena arena = c.arena();
    SumPacking packing = packing(x, features, length);
    try (RingVector spread = packing.spread(arena, weights)) {
      UploadFactors.client(c, spread, packing.rows());
      try (RingVector sums =
          Answers.client(c, packing.blocks(), packing.columns(), c.profile().topLevel())) {
        for (int block = 0; block < packing.blocks(); block++) {
          addOwn(arena, packing, x, spread, block, sums);
        }
        return packing.fold(arena, sums);
      }
    }
  }

  /** Returns the server's shares of the sums; x stays open. */
  public static RingVector server(ServerParty s, RingVector x, int features, int length) {
    SumPacking packing = packing(x, features, length);
    try (Encrypted weights = UploadFactors.server(s, packing.rows(), packing.columns());
        RingVector sums =
            Answers.server(
                s,
                packing.blocks(),
                packing.columns(),
                packing.blocks(),
                (from, to, shares, answers) ->
                    sum(s, packing, weights, x, from, to, shares, answers))) {
      return packing.fold(s.arena(), sums);
    }
  }

  /** Computes an answer for every block of features: the sum over all rows of weights. */
  private static void sum(
      ServerParty s,
      SumPacking packing,
      Encrypted weights,
      RingVector x,
      int from,
      int to,
      RingVector shares,
      ArrowBuf answers) {
    long size = answers.readableBytes() / (to - from);
    int columns = packing.columns();
    for (int block = from; block < to; block++) {
      RingVector share = shares.view((long) (block - from) * columns, columns);
      try (RingVector values = packing.block(s.arena(), x, block)) {
        Native.heRowSums(
            s.pool().id(),
            s.keys().id(),
            weights.id(),
            values.memory(),
            packing.rows(),
            new NativeAnswers(
                columns,
                share.memory(),
                new NativeBuffer(answers.memoryAddress() + (block - from) * size, size)));
      }
    }
  }

  private static void addOwn(
      Arena arena,
      SumPacking packing,
      RingVector x,
      RingVector weights,
      int block,
      RingVector sums) {
    int columns = packing.columns();
    try (RingVector values = packing.block(arena, x, block);
        RingVector products = values.times(arena, weights)) {
      for (int row = 0; row < packing.rows(); row++) {
        sums.view((long) block * columns, columns)
            .addInPlace(products.view((long) row * columns, columns));
      }
    }
  }

  private static SumPacking packing(RingVector x, int features, int length) {
    long count = x.length() / features / length;
    if (count * features * length != x.length()) {
      throw new IllegalArgumentException(
          x.length() + " values are not " + features + " features of sequences of " + length);
    }
    return SumPacking.of(features, Math.toIntExact(count), length);
  }
}
