// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeAnswers;
import io.secmoe.jni.NativeRange;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.product.Answers;
import io.secmoe.protocol.product.Encrypted;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/**
 * Selects, then computes: y = W_e·x + c_e, with e hidden from both parties, as Σ_i b_i·(W_i·x +
 * c_i) = [W_1 | … | W_E]·(b ⊗ x) + [c_1 | … | c_E]·b. It also computes the sum of k such
 * selections, with a selector and an x each.
 *
 * <p>b is k·E × tokens (one-hots, possibly weighted) and x is k·d × tokens, all under the client's
 * key at the top level. The products b_i·x_j are slot-wise and serve all tokens at once. They are
 * formed tile by tile inside one exact GEMM of inner dimension E·d and never stored. The products
 * of the k selections are summed before the GEMM, so that k selections cost one GEMM and one set of
 * answers. Only the outputs are relinearised. The traffic is k·(E + d) rows up and M down, almost
 * independent of E. The result is exact modulo t. The protocol takes 1 round, with the uploads.
 * Source: SecMoE (arXiv 2601.06790), Protocol 1, with the order of the sum exchanged
 * (select-inputs).
 *
 * <p>Costs per token of 2 experts of 3 × 5: 0 COT, 1469 bits; 1 round.
 */
public final class SelectLinear {
  /**
   * The number of output rows per kernel call. Each row takes three components of three primes, 576
   * KiB while a call runs.
   */
  public static final int TILE_ROWS = 768;

  private SelectLinear() {}

  /** Returns the client's share of y, once b and x are uploaded. */
  public static RingVector client(ClientParty c, int outputs, int tokens) {
    return Answers.client(c, outputs, tokens, c.profile().topLevel());
  }

  /**
   * Returns the server's share of the sum of k {@code selections}; a group of weights for each
   * expert.
   */
  public static RingVector server(
      ServerParty s, LinearWeights linear, int selections, Encrypted selector, Encrypted x) {
    return Answers.server(
        s,
        linear.weights().rows(),
        x.columns(),
        TILE_ROWS,
        (from, to, shares, answers) ->
            Native.heSelect(
                s.pool().id(),
                s.keys().id(),
                selector.id(),
                x.id(),
                selections,
                linear.forKernel(),
                new NativeRange(from, to),
                new NativeAnswers(x.columns(), shares.memory(), Arena.readable(answers))));
  }
}
