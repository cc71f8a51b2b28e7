// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.product;

import io.secmoe.jni.Native;
import io.secmoe.party.ClientParty;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.tile.Packing;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Puts shared values under the client's key: shares of x modulo t, rows × columns with columns ≤
 * 8192, become one ciphertext per row at the server.
 *
 * <p>The client encrypts its share (symmetric and seeded), and the server adds its own share as
 * plaintext. Each message has a few rows, so that neither side holds all ciphertexts as bytes. The
 * protocol takes ½ round. Each row costs a seed of 32 bytes and N·(bits of the level)/8 bytes, that
 * is 13.75 B per slot at 110 bits and 21.25 B at 170. Source: the server-side sum as in Cheetah
 * (Huang et al., USENIX Security 2022).
 *
 * <p>Costs per slot at 110 bits: 0 COT, 110 bits; ½ round.
 */
public final class Upload {
  private static final int ROWS_PER_MESSAGE = 16;

  private Upload() {}

  /** Uploads x, the client's share, as {@code rows} ciphertexts at {@code level}; x stays open. */
  public static void client(ClientParty c, RingVector x, int rows, int level) {
    int columns = columns(x, rows);
    long size = Native.heFreshBytes(c.params().id(), level);
    for (int row = 0; row < rows; row += ROWS_PER_MESSAGE) {
      int n = Math.min(ROWS_PER_MESSAGE, rows - row);
      RingVector part = x.view((long) row * columns, (long) n * columns);
      ArrowBuf out = c.message(n * size);
      Native.heEncrypt(
          c.pool().id(), c.keys().id(), level, part.memory(), n, columns, Arena.readable(out));
      c.send(out);
    }
  }

  /** Returns the ciphertexts of x; {@code x} is the server's share and stays open. */
  public static Encrypted server(ServerParty s, RingVector x, int rows, int level) {
    return server(s, x, rows, columns(x, rows), level);
  }

  /** Runs this party's side. */
  public static void run(Party p, RingVector x, int rows, int level) {
    p.sideOnly(c -> client(c, x, rows, level), s -> server(s, x, rows, level));
  }

  /**
   * Returns the ciphertexts of the client's values alone, without a share of the server. They serve
   * products with plaintexts of the server.
   */
  public static Encrypted server(ServerParty s, int rows, int columns, int level) {
    return server(s, null, rows, columns, level);
  }

  private static Encrypted server(ServerParty s, RingVector x, int rows, int columns, int level) {
    long size = Native.heFreshBytes(s.params().id(), level);
    Encrypted matrix =
        new Encrypted(Native.heMatrix(s.params().id(), level, rows), rows, columns, level);
    try {
      for (int row = 0; row < rows; row += ROWS_PER_MESSAGE) {
        int n = Math.min(ROWS_PER_MESSAGE, rows - row);
        RingVector part = x == null ? null : x.view((long) row * columns, (long) n * columns);
        try (ArrowBuf in = s.channel().receive(n * size)) {
          Native.heLoad(
              s.pool().id(),
              matrix.id(),
              row,
              n,
              Arena.readable(in),
              part == null ? null : part.memory(),
              columns);
        }
      }
      return matrix;
    } catch (RuntimeException e) {
      matrix.close();
      throw e;
    }
  }

  private static int columns(RingVector x, int rows) {
    long columns = x.length() / rows;
    if (columns * rows != x.length() || columns > Packing.SLOTS || columns < 1) {
      throw new IllegalArgumentException(
          x.length() + " values are not " + rows + " rows of 1 to " + Packing.SLOTS + " columns");
    }
    return (int) columns;
  }
}
