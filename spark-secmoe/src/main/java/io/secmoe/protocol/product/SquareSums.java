// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.product;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeAnswers;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/**
 * Adds up squares over rows: shares of x, rows × columns, become shares of Σ x² over {@code per}
 * rows at a time, ⌈rows/per⌉ × columns, all modulo t.
 *
 * <p>x² = x_C² + x_S² + 2·x_C·x_S, and the server adds up the last term under encryption, so that
 * one answer serves all rows of a sum. The server must already have x_C ({@link UploadFactors}).
 * The result is exact modulo t, and the caller must ensure per·x² &lt; t/2. The protocol takes ½
 * round. It costs 11.6 B per slot of the sums.
 *
 * <p>Costs per element of 768 × 170, 15 rows a sum: 0 COT, 12 bits; ½ round.
 */
public final class SquareSums {
  private SquareSums() {}

  /** Returns the number of sums. */
  static int count(int rows, int per) {
    return (rows + per - 1) / per;
  }

  /** Returns the client's shares; x, the client's share of the rows, stays open. */
  public static RingVector client(ClientParty c, RingVector x, int rows, int per) {
    int columns = (int) (x.length() / rows);
    RingVector cross = Answers.client(c, count(rows, per), columns, c.profile().topLevel());
    return addOwn(c.arena(), cross, x, columns, per);
  }

  /** Returns the server's shares; x, the server's share of the rows, stays open. */
  public static RingVector server(ServerParty s, Encrypted theirs, RingVector x, int per) {
    int columns = theirs.columns();
    Answers.Kernel kernel =
        (from, to, shares, answers) ->
            Native.heRowSums(
                s.pool().id(),
                s.keys().id(),
                theirs.id(),
                x.memory(),
                per,
                new NativeAnswers(columns, shares.memory(), Arena.readable(answers)));
    int sums = count(theirs.rows(), per);
    return addOwn(s.arena(), Answers.server(s, sums, columns, sums, kernel), x, columns, per);
  }

  /** Returns 2·cross + the sums of a party's own squares, in place. */
  private static RingVector addOwn(
      Arena arena, RingVector cross, RingVector x, int columns, int per) {
    cross.affineInPlace(2, 0);
    for (long row = 0; row < x.length() / columns; row++) {
      RingVector values = x.view(row * columns, columns);
      try (RingVector squares = values.times(arena, values)) {
        cross.view(row / per * columns, columns).addInPlace(squares);
      }
    }
    return cross;
  }
}
