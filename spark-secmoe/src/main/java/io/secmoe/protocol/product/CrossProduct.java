// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.product;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeAnswers;
import io.secmoe.party.ClientParty;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/**
 * Multiplies values that the client knows by values that the server knows: vectors a (client) and b
 * (server) modulo t become additive shares of a·b, elementwise.
 *
 * <p>The client uploads a ({@link UploadFactors}), packed densely. The server multiplies it by its
 * full-range plaintexts and answers. The result is exact modulo t. The protocol takes 1 round.
 * Vectors are padded to whole ciphertexts of 8192 slots.
 *
 * <p>Costs per element in Z_t: 0 COT, 243 bits; 1 round.
 */
public final class CrossProduct {
  private CrossProduct() {}

  /**
   * Returns this party's share of a·b; {@code own} is the client's a or the server's b, and stays
   * open.
   */
  public static RingVector run(Party p, RingVector own) {
    return p.side(c -> client(c, own), s -> server(s, own));
  }

  /** Returns the client's share of a·b; a stays open. */
  public static RingVector client(ClientParty c, RingVector a) {
    int rows = Product.rows(a.length());
    int columns = Product.columns(a.length());
    try (RingVector padded = a.padded(c.arena(), (long) rows * columns)) {
      UploadFactors.client(c, padded, rows);
    }
    try (RingVector product = Answers.client(c, rows, columns, c.profile().topLevel())) {
      return product.view(0, a.length()).copy(c.arena());
    }
  }

  /** Returns the server's share of a·b; b stays open. */
  public static RingVector server(ServerParty s, RingVector b) {
    Arena arena = s.arena();
    int rows = Product.rows(b.length());
    int columns = Product.columns(b.length());
    try (Encrypted a = UploadFactors.server(s, rows, columns);
        RingVector padded = b.padded(arena, (long) rows * columns)) {
      Answers.Kernel kernel =
          (from, to, shares, answers) ->
              Native.heProduct(
                  s.pool().id(),
                  s.keys().id(),
                  a.id(),
                  padded.memory(),
                  0,
                  null,
                  rows,
                  new NativeAnswers(columns, shares.memory(), Arena.readable(answers)));
      try (RingVector product = Answers.server(s, rows, columns, rows, kernel)) {
        return product.view(0, b.length()).copy(arena);
      }
    }
  }
}
