// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.product;

import io.secmoe.jni.Native;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Brings results under encryption back to shares. This is the only way by which the server's
 * ciphertexts leave it. The kernel that computes a tile of rows ends in {@code rerandomize}, which
 * returns the compressed answers and, as the server's share, the negated masks.
 *
 * <p>The protocol takes ½ round. Each row costs 11.6 B per slot at a 41-bit t.
 *
 * <p>Costs per slot in Z_t: 0 COT, 93 bits; ½ round.
 */
public final class Answers {
  private static final int ROWS_PER_MESSAGE = 32;

  /** Computes rows [from, to) and writes the server's shares (ring vectors) and the answers. */
  @FunctionalInterface
  public interface Kernel {
    void compute(int from, int to, RingVector shares, ArrowBuf answers);
  }

  private Answers() {}

  /**
   * Returns the client's share of {@code rows} × {@code columns} results that were computed from
   * ciphertexts at {@code level}.
   */
  public static RingVector client(ClientParty c, int rows, int columns, int level) {
    long size = Native.heAnswerBytes(c.params().id());
    RingVector y = RingVector.uninitialised(c.arena(), c.t(), (long) rows * columns);
    for (int row = 0; row < rows; row += ROWS_PER_MESSAGE) {
      int n = Math.min(ROWS_PER_MESSAGE, rows - row);
      RingVector part = y.view((long) row * columns, (long) n * columns);
      try (ArrowBuf in = c.channel().receive(n * size)) {
        Native.heDecrypt(
            c.pool().id(), c.keys().id(), level, Arena.readable(in), n, columns, part.memory());
      }
    }
    return y;
  }

  /** Returns the server's share; {@code tile} rows are computed at a time, which bounds memory. */
  public static RingVector server(ServerParty s, int rows, int columns, int tile, Kernel kernel) {
    long size = Native.heAnswerBytes(s.params().id());
    RingVector y = RingVector.uninitialised(s.arena(), s.t(), (long) rows * columns);
    int step = (tile + ROWS_PER_MESSAGE - 1) / ROWS_PER_MESSAGE * ROWS_PER_MESSAGE;
    for (int from = 0; from < rows; from += step) {
      int to = Math.min(rows, from + step);
      ArrowBuf answers = s.message((to - from) * size);
      kernel.compute(
          from, to, y.view((long) from * columns, (long) (to - from) * columns), answers);
      for (int row = from; row < to; row += ROWS_PER_MESSAGE) {
        int n = Math.min(ROWS_PER_MESSAGE, to - row);
        ArrowBuf out = s.message(n * size);
        out.setBytes(0, answers, (row - from) * size, n * size);
        s.send(out);
      }
      s.arena().release(answers);
    }
    return y;
  }
}
