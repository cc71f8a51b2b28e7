// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.product;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeAnswers;
import io.secmoe.party.ClientParty;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.tile.Packing;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Multiplies two shared vectors modulo t, elementwise, in the slots of BGV.
 *
 * <p>x·y = x_C·y_C + x_S·y_S + (x_C·y_S + y_C·x_S). The client uploads its shares ({@link
 * UploadFactors}), packed densely. The server multiplies them by its own shares as full-range
 * plaintexts, and answers the sum. A square needs one upload: its last term is 2·x_C·x_S. The
 * result is exact modulo t, and the caller must ensure |x·y| &lt; t/4. The protocol takes 1 round.
 * Each element costs 18.75 B up (twice that for a product) and 11.6 B down. Vectors are padded to
 * whole ciphertexts of 8192 slots.
 *
 * <p>Costs per product in Z_t: 0 COT, 393 bits; 1 round.
 *
 * <p>Costs per square in Z_t: 0 COT, 243 bits; 1 round.
 */
public final class Product {
  private Product() {}

  /** Returns this party's share of x²; x stays open. */
  public static RingVector square(Party p, RingVector x) {
    return p.side(c -> squareClient(c, x), s -> squareServer(s, x));
  }

  /** Returns the client's share of x²; x stays open. */
  private static RingVector squareClient(ClientParty c, RingVector x) {
    return client(c, x, null);
  }

  /** Returns the server's share of x²; x stays open. */
  private static RingVector squareServer(ServerParty s, RingVector x) {
    try (RingVector doubled = x.copy(s.arena()).affineInPlace(2, 0)) {
      return server(s, x, x, doubled, null);
    }
  }

  /** Returns the client's share of x·y, or of x² if y is null; the inputs stay open. */
  public static RingVector client(ClientParty c, RingVector x, RingVector y) {
    Arena arena = c.arena();
    long n = x.length();
    int rows = rows(n);
    int columns = columns(n);
    upload(c, x, rows, columns);
    if (y != null) {
      upload(c, y, rows, columns);
    }

    try (RingVector cross = Answers.client(c, rows, columns, c.profile().topLevel());
        RingVector own = x.times(arena, y == null ? x : y)) {
      return own.copy(arena).addInPlace(cross.view(0, n));
    }
  }

  /** Returns the server's share of x·y; the inputs stay open. */
  public static RingVector server(ServerParty s, RingVector x, RingVector y) {
    return server(s, x, y, y, x);
  }

  /** Returns this party's share of x·y; the inputs stay open. */
  public static RingVector run(Party p, RingVector x, RingVector y) {
    return p.side(c -> client(c, x, y), s -> server(s, x, y));
  }

  /** Returns x·y + Enc(x_C)·u + Enc(y_C)·v; no second upload if v is null. */
  private static RingVector server(
      ServerParty s, RingVector x, RingVector y, RingVector u, RingVector v) {
    Arena arena = s.arena();
    long n = x.length();
    int rows = rows(n);
    int columns = columns(n);
    try (Encrypted encryptedX = UploadFactors.server(s, rows, columns);
        Encrypted encryptedY = v == null ? null : UploadFactors.server(s, rows, columns);
        RingVector uPadded = u.padded(arena, (long) rows * columns);
        RingVector vPadded = v == null ? null : v.padded(arena, (long) rows * columns)) {
      Answers.Kernel kernel =
          (from, to, shares, answers) ->
              multiply(s, encryptedX, uPadded, encryptedY, vPadded, shares, answers);
      try (RingVector cross = Answers.server(s, rows, columns, rows, kernel);
          RingVector own = x.times(arena, y)) {
        return own.copy(arena).addInPlace(cross.view(0, n));
      }
    }
  }

  private static void multiply(
      ServerParty s,
      Encrypted x,
      RingVector u,
      Encrypted y,
      RingVector v,
      RingVector shares,
      ArrowBuf answers) {
    Native.heProduct(
        s.pool().id(),
        s.keys().id(),
        x.id(),
        u.memory(),
        y == null ? 0 : y.id(),
        v == null ? null : v.memory(),
        x.rows(),
        new NativeAnswers(x.columns(), shares.memory(), Arena.readable(answers)));
  }

  private static void upload(ClientParty c, RingVector x, int rows, int columns) {
    try (RingVector padded = x.padded(c.arena(), (long) rows * columns)) {
      UploadFactors.client(c, padded, rows);
    }
  }

  /** Returns the slots in use of each ciphertext of n elements. */
  static int columns(long n) {
    return (int) Math.min(n, Packing.SLOTS);
  }

  /** Returns the number of ciphertexts of n elements. */
  static int rows(long n) {
    return Math.toIntExact((n + Packing.SLOTS - 1) / Packing.SLOTS);
  }
}
