// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

import io.secmoe.jni.Native;
import io.secmoe.party.ClientParty;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.RingVector;

/**
 * Computes independent products of shared matrices, one for each pair of a sequence and a head.
 * Shares of A, inner × (pairs × rows), and of B, inner × (pairs × columns), become shares of AᵀB,
 * rows × (pairs × columns), all modulo t. QKᵀ and PV of attention are of this form.
 *
 * <p>AᵀB = A_CᵀB_C + A_SᵀB_S + A_SᵀB_C + (B_SᵀA_C)ᵀ. The last two terms are two {@link
 * CrossMatrixProduct}s, and the second of them is transposed locally. The result is exact modulo t,
 * and the caller must ensure |AᵀB| &lt; t/4. The protocol takes 2 rounds for as many pairs as share
 * ciphertexts. It costs 18.75 B up for every slot of A and of B, and 23.3 B down for every slot of
 * the product. A pair's row takes a power of two of slots, and the last ciphertext is padded to
 * 8192. Sums of up to 2^20 terms leave room for more than 40 bits of noise flooding.
 *
 * <p>Costs per element of 512 products of 16 × 8 by 16: 0 COT, 336 bits; 2 rounds.
 */
public final class MatrixProduct {
  private MatrixProduct() {}

  /** Returns the client's share of AᵀB; a and b stay open. */
  public static RingVector client(
      ClientParty c, MatrixProductShape shape, RingVector a, RingVector b) {
    shape.require(a, b);
    try (RingVector right = CrossMatrixProduct.client(c, shape, b);
        RingVector left = CrossMatrixProduct.client(c, shape.transposed(), a)) {
      return sum(c, shape, a, b, right, left);
    }
  }

  /** Returns the server's share of AᵀB; a and b stay open. */
  public static RingVector server(
      ServerParty s, MatrixProductShape shape, RingVector a, RingVector b) {
    shape.require(a, b);
    try (RingVector right = CrossMatrixProduct.server(s, shape, a);
        RingVector left = CrossMatrixProduct.server(s, shape.transposed(), b)) {
      return sum(s, shape, a, b, right, left);
    }
  }

  /** Returns this party's share of AᵀB; a and b stay open. */
  public static RingVector run(Party p, MatrixProductShape shape, RingVector a, RingVector b) {
    return p.side(c -> client(c, shape, a, b), s -> server(s, shape, a, b));
  }

  /** Returns a party's own product and its shares of the cross terms. */
  private static RingVector sum(
      Party party,
      MatrixProductShape shape,
      RingVector a,
      RingVector b,
      RingVector right,
      RingVector left) {
    PairColumns transposed = new PairColumns(shape.columns(), shape.pairs(), shape.rows());
    RingVector sum = RingVector.uninitialised(party.arena(), party.t(), shape.elements());
    Native.ringBatched(
        party.pool().id(),
        party.t().value(),
        shape.pairs(),
        shape.rows(),
        shape.columns(),
        a.memory(),
        b.memory(),
        sum.memory());
    try (RingVector other = transposed.transposed(party.arena(), left)) {
      return sum.addInPlace(right).addInPlace(other);
    }
  }
}
