// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.product;

import io.secmoe.jni.Native;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Puts the client's shares under its key, for products with plaintexts of the server: rows ×
 * columns values modulo t, columns ≤ 8192, become one ciphertext per row at the server.
 *
 * <p>This is an {@link Upload} at the top level without the 20 low bits of every coefficient.
 * Products with full-range plaintexts have room for the error of rounding them away. Matrices of
 * weights refuse such ciphertexts. The protocol takes ½ round. Each row costs a seed of 32 bytes
 * and 150 bits per slot.
 *
 * <p>Costs per slot in Z_t: 0 COT, 150 bits; ½ round.
 */
public final class UploadFactors {
  private static final int ROWS_PER_MESSAGE = 16;

  private UploadFactors() {}

  /** Uploads the client's share; x stays open. */
  public static void client(ClientParty c, RingVector x, int rows) {
    int columns = Math.toIntExact(x.length() / rows);
    long size = Native.heFactorBytes(c.params().id());
    for (int row = 0; row < rows; row += ROWS_PER_MESSAGE) {
      int n = Math.min(ROWS_PER_MESSAGE, rows - row);
      RingVector part = x.view((long) row * columns, (long) n * columns);
      ArrowBuf out = c.message(n * size);
      Native.heEncryptFactors(
          c.pool().id(), c.keys().id(), part.memory(), n, columns, Arena.readable(out));
      c.send(out);
    }
  }

  /** Returns the client's shares, encrypted; the server's own are not part of them. */
  public static Encrypted server(ServerParty s, int rows, int columns) {
    long size = Native.heFactorBytes(s.params().id());
    Encrypted matrix =
        new Encrypted(
            Native.heFactors(s.params().id(), rows), rows, columns, s.profile().topLevel());
    try {
      for (int row = 0; row < rows; row += ROWS_PER_MESSAGE) {
        int n = Math.min(ROWS_PER_MESSAGE, rows - row);
        try (ArrowBuf in = s.channel().receive(n * size)) {
          Native.heLoad(s.pool().id(), matrix.id(), row, n, Arena.readable(in), null, columns);
        }
      }
      return matrix;
    } catch (RuntimeException e) {
      matrix.close();
      throw e;
    }
  }
}
