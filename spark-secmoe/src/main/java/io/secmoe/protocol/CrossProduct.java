package io.secmoe.protocol;

import io.secmoe.jni.Native;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/**
 * Products of what the client knows with what the server knows: a (client) and b (server), vectors modulo t, to shares of a·b.
 *
 * <p>The client uploads a at the top level, packed densely; the server multiplies by its full-range plaintexts and answers. Exact modulo t.
 * Rounds: 1. Vectors are padded to whole ciphertexts of 8192.
 *
 * <p>Costs per element in Z_t: 0 COT, 263 bits; 1 round.
 */
final class CrossProduct {
  private CrossProduct() {}

  /** The client's share of a·b; a stays open. */
  static RingVector client(ClientParty c, RingVector a) {
    int level = c.profile().topLevel();
    int rows = rows(a.length());
    int columns = columns(a.length());
    try (RingVector padded = a.padded(c.arena(), (long) rows * columns)) {
      Upload.client(c, padded, rows, level);
    }
    try (RingVector product = Answers.client(c, rows, columns, level)) {
      return product.view(0, a.length()).copy(c.arena());
    }
  }

  /** The server's share of a·b; b stays open. */
  static RingVector server(ServerParty s, RingVector b) {
    Arena arena = s.arena();
    int rows = rows(b.length());
    int columns = columns(b.length());
    try (Encrypted a = Upload.server(s, rows, columns, s.profile().topLevel());
        RingVector padded = b.padded(arena, (long) rows * columns)) {
      Answers.Kernel kernel = (from, to, shares, answers) -> Native.heProduct(s.pool().id(), s.keys().id(), a.id(), padded.address(),
          padded.bytes(), 0, 0, 0, rows, columns, shares.address(), shares.bytes(), answers.memoryAddress(), answers.readableBytes());
      try (RingVector product = Answers.server(s, rows, columns, rows, kernel)) {
        return product.view(0, b.length()).copy(arena);
      }
    }
  }

  private static int columns(long n) {
    return (int) Math.min(n, Upload.SLOTS);
  }

  private static int rows(long n) {
    return Math.toIntExact((n + Upload.SLOTS - 1) / Upload.SLOTS);
  }
}
