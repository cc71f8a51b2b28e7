// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeAnswers;
import io.secmoe.jni.NativeRange;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.product.Answers;
import io.secmoe.protocol.product.Encrypted;
import io.secmoe.protocol.product.Upload;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/**
 * Computes a private linear layer, y = W·x + bias for up to 8192 tokens, where the server has W in
 * plaintext.
 *
 * <p>One ciphertext holds one feature of all tokens. So the layer is an ordinary matrix product
 * whose right-hand side is the residues of the ciphertexts. There is no rotation, and no slot is
 * wasted on padding features. x is inputs × tokens and y is outputs × tokens, both shares modulo t.
 * y carries the fraction bits of the weights on top of those of x, and |y| &lt; t/4 at that scale.
 * The result is exact modulo t. The protocol takes 1 round. It costs 13.75 B per input and 11.6 B
 * per output, times 8192 slots for any number of tokens. Source: reduction of plaintext–ciphertext
 * matrix products to plaintext ones (Bae, Cheon, Hanrot, Park, Stehlé, CRYPTO 2024). SECURITY.md
 * says how the answers are protected.
 *
 * <p>Costs per token of 3 × 5: 0 COT, 829 bits; 1 round.
 */
public final class Linear {
  /**
   * The number of output rows per kernel call. It is large enough to amortise cutting the
   * ciphertexts into slices, and small enough for little memory.
   */
  private static final int TILE = 256;

  private Linear() {}

  /** Returns the client's share of y; x stays open. */
  public static RingVector client(ClientParty c, LinearShape shape, RingVector x) {
    int level = c.profile().linearLevel();
    Upload.client(c, x, shape.inputs(), level);

    return Answers.client(c, shape.outputs(), tokens(shape, x), level);
  }

  /** Returns the server's share of y; x stays open. */
  public static RingVector server(ServerParty s, LinearWeights linear, RingVector x) {
    int inputs = linear.weights().columns();
    try (Encrypted encrypted = Upload.server(s, x, inputs, s.profile().linearLevel())) {
      return server(s, linear, encrypted);
    }
  }

  /**
   * Returns the server's share if x is under encryption already (at any level). The client's half
   * is {@link Answers#client}.
   */
  public static RingVector server(ServerParty s, LinearWeights linear, Encrypted x) {
    Weights weights = linear.weights();
    long[] bias = linear.bias();
    RingVector y =
        Answers.server(
            s,
            weights.rows(),
            x.columns(),
            TILE,
            (from, to, shares, answers) ->
                Native.heLinear(
                    s.pool().id(),
                    s.keys().id(),
                    x.id(),
                    weights.forKernel(null),
                    new NativeRange(from, to),
                    new NativeAnswers(x.columns(), shares.memory(), Arena.readable(answers))));
    if (bias != null) {
      for (int row = 0; row < bias.length; row++) {
        y.view((long) row * x.columns(), x.columns()).affineInPlace(1, bias[row]);
      }
    }
    return y;
  }

  private static int tokens(LinearShape shape, RingVector x) {
    return Math.toIntExact(x.length() / shape.inputs());
  }
}
