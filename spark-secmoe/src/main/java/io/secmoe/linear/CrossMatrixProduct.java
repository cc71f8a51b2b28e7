// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeAnswers;
import io.secmoe.jni.NativeRange;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.product.Answers;
import io.secmoe.protocol.product.Encrypted;
import io.secmoe.protocol.product.UploadFactors;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/**
 * Computes the matrix products AᵀB of all pairs, where the server knows A (inner × (pairs × rows))
 * and the client knows B (inner × (pairs × columns)), both modulo t. The result is shares of rows ×
 * (pairs × columns).
 *
 * <p>A ciphertext holds a row of B. As many pairs lie side by side as fit when each has a power of
 * two of slots. The server multiplies the ciphertext by plaintexts that are constant on the slots
 * of a pair, and adds up. Ciphertexts meet plaintexts slot by slot, no slot moves, and the
 * constants make the plaintexts cheap (see {@code blocks} and {@code batched} in the native code).
 * The result is exact modulo t. The protocol takes 1 round for as many pairs as share ciphertexts.
 * It costs 18.75 B up for every slot of B and 11.6 B down for every slot of the product.
 */
final class CrossMatrixProduct {
  /** The number of answers per call of the kernel. */
  private static final int TILE = 128;

  private CrossMatrixProduct() {}

  /** Returns the client's share of AᵀB; b stays open. */
  static RingVector client(ClientParty c, MatrixProductShape shape, RingVector b) {
    int slots = MatrixProductShape.slots(shape.columns());
    PairColumns factor = new PairColumns(shape.inner(), shape.pairs(), shape.columns());
    PairColumns result = new PairColumns(shape.rows(), shape.pairs(), shape.columns());
    RingVector product = RingVector.uninitialised(c.arena(), c.t(), shape.elements());
    int step = MatrixProductShape.pairsPerCiphertext(shape.columns());
    for (int pair = 0; pair < shape.pairs(); pair += step) {
      int n = Math.min(step, shape.pairs() - pair);
      try (RingVector part = factor.gather(c.arena(), b, pair, n, slots)) {
        UploadFactors.client(c, part, shape.inner());
      }
      try (RingVector answers =
          Answers.client(c, shape.rows(), n * slots, c.profile().topLevel())) {
        result.scatter(answers, pair, n, slots, product);
      }
    }
    return product;
  }

  /** Returns the server's share of AᵀB; a stays open. */
  static RingVector server(ServerParty s, MatrixProductShape shape, RingVector a) {
    int slots = MatrixProductShape.slots(shape.columns());
    PairColumns factor = new PairColumns(shape.inner(), shape.pairs(), shape.rows());
    PairColumns result = new PairColumns(shape.rows(), shape.pairs(), shape.columns());
    RingVector product = RingVector.uninitialised(s.arena(), s.t(), shape.elements());
    int step = MatrixProductShape.pairsPerCiphertext(shape.columns());
    for (int pair = 0; pair < shape.pairs(); pair += step) {
      int n = Math.min(step, shape.pairs() - pair);
      try (Encrypted b = UploadFactors.server(s, shape.inner(), n * slots);
          RingVector part = factor.gather(s.arena(), a, pair, n, shape.rows());
          RingVector answers =
              Answers.server(
                  s, shape.rows(), n * slots, TILE, kernel(s, b, part, n, shape.rows()))) {
        result.scatter(answers, pair, n, slots, product);
      }
    }
    return product;
  }

  private static Answers.Kernel kernel(
      ServerParty s, Encrypted b, RingVector a, int pairs, int rows) {
    return (from, to, shares, answers) ->
        Native.heBatched(
            s.pool().id(),
            s.keys().id(),
            b.id(),
            a.memory(),
            pairs,
            rows,
            new NativeRange(from, to),
            new NativeAnswers(b.columns(), shares.memory(), Arena.readable(answers)));
  }
}
