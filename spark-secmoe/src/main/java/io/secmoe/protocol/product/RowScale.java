// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.product;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeAnswers;
import io.secmoe.jni.NativeRange;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/**
 * Scales all rows of a matrix by one row: shares of x, rows × columns, and of s, 1 × columns,
 * become shares of s·x, all modulo t.
 *
 * <p>s·x = s_C·x_C + s_S·x_S + (x_C·s_S + s_C·x_S). The server must already have x_C ({@link
 * UploadFactors}); s_C is uploaded once for all rows. The result is exact modulo t, and the caller
 * must ensure |s·x| &lt; t/4. The protocol takes 1 round. It costs 11.6 B down for each slot, and
 * 18.75 B up for each slot of s.
 *
 * <p>Costs per element of 128 × 1024: 0 COT, 102 bits; 1 round.
 */
public final class RowScale {
  private static final int TILE = 32;

  private RowScale() {}

  /** Returns the client's share of s·x; x and the row s stay open. */
  public static RingVector client(ClientParty c, RingVector x, int rows, RingVector s) {
    UploadFactors.client(c, s, 1);

    return addOwn(
        c.arena(), Answers.client(c, rows, (int) s.length(), c.profile().topLevel()), x, s);
  }

  /** Returns the server's share of s·x; x and the row {@code scale} stay open. */
  public static RingVector server(ServerParty s, Encrypted theirs, RingVector x, RingVector scale) {
    int columns = theirs.columns();
    try (Encrypted row = UploadFactors.server(s, 1, columns)) {
      Answers.Kernel kernel =
          (from, to, shares, answers) -> {
            RingVector part = x.view((long) from * columns, (long) (to - from) * columns);
            Native.heScale(
                s.pool().id(),
                s.keys().id(),
                row.id(),
                scale.memory(),
                theirs.id(),
                part.memory(),
                new NativeRange(from, to),
                new NativeAnswers(columns, shares.memory(), Arena.readable(answers)));
          };
      return addOwn(s.arena(), Answers.server(s, theirs.rows(), columns, TILE, kernel), x, scale);
    }
  }

  /** Adds a party's own products to every row of {@code cross}, in place. */
  private static RingVector addOwn(Arena arena, RingVector cross, RingVector x, RingVector s) {
    long columns = s.length();
    for (long at = 0; at < x.length(); at += columns) {
      try (RingVector own = x.view(at, columns).times(arena, s)) {
        cross.view(at, columns).addInPlace(own);
      }
    }
    return cross;
  }
}
