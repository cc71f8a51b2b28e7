// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Products of rounded ciphertexts with plaintext shares through JNI: sums over rows, scaled rows,
 * and what is refused.
 */
class RowsRoundTripTest {
  private static final long T = 2198738042881L;
  private static final int LEVEL = 3;
  private static final int ROWS = 3;
  private static final int COLUMNS = 2;
  private static final long[] CLIENT = {0, 1, T - 1, T / 2, 5, 6};
  private static final long[] SERVER = {T - 1, 7, T - 3, T / 2 + 1, 1, 0};

  private final OffHeap memory = new OffHeap();

  @Test
  void sumsAndScaledRows() {
    int before = Native.liveHandles();
    try (memory;
        Keys k = new Keys();
        NativeHandle x = k.upload(ROWS, CLIENT);
        NativeHandle s = k.upload(1, 4, T - 5)) {
      long plain = memory.longs(SERVER);
      long[] sums =
          k.answer(
              2,
              (shares, sharesBytes, out, outBytes) ->
                  Native.heRowSums(
                      k.pool.id(),
                      k.server.id(),
                      x.id(),
                      plain,
                      8L * SERVER.length,
                      2,
                      COLUMNS,
                      shares,
                      sharesBytes,
                      out,
                      outBytes));
      assertArrayEquals(new long[] {sum(0, 2), sum(1, 3), sum(4), sum(5)}, sums);

      long scale = memory.longs(T - 1, 9);
      long[] scaled =
          k.answer(
              2,
              (shares, sharesBytes, out, outBytes) ->
                  Native.heScale(
                      k.pool.id(),
                      k.server.id(),
                      s.id(),
                      scale,
                      16,
                      x.id(),
                      plain + 16,
                      32,
                      1,
                      3,
                      COLUMNS,
                      shares,
                      sharesBytes,
                      out,
                      outBytes));
      for (int i = 0; i < scaled.length; i++) {
        long[] clientScale = {4, T - 5};
        long[] serverScale = {T - 1, 9};
        BigInteger want =
            times(CLIENT[2 + i], serverScale[i % 2]).add(times(clientScale[i % 2], SERVER[2 + i]));
        assertEquals(want.mod(BigInteger.valueOf(T)).longValue(), scaled[i]);
      }
    }
    assertEquals(before, Native.liveHandles());
  }

  @Test
  void batchedProducts() {
    int rows = 2;
    long[] a = {1, T - 1, T / 2, 3, 0, 5, T - 7, 1, T / 2 + 1, 2, 9, T - 1};
    try (memory;
        Keys k = new Keys();
        NativeHandle b = k.upload(ROWS, CLIENT)) {
      long plain = memory.longs(a);
      // Two pairs with a slot each.
      long[] got =
          k.answer(
              rows,
              (shares, sharesBytes, out, outBytes) ->
                  Native.heBatched(
                      k.pool.id(),
                      k.server.id(),
                      b.id(),
                      plain,
                      8L * a.length,
                      COLUMNS,
                      rows,
                      0,
                      rows,
                      COLUMNS,
                      shares,
                      sharesBytes,
                      out,
                      outBytes));
      for (int i = 0; i < got.length; i++) {
        BigInteger sum = BigInteger.ZERO;
        for (int r = 0; r < ROWS; r++) {
          int at = r * COLUMNS + i % COLUMNS;
          sum = sum.add(times(CLIENT[at], a[at * rows + i / COLUMNS]));
        }
        assertEquals(sum.mod(BigInteger.valueOf(T)).longValue(), got[i]);
      }
      long shares = memory.bytes(32);
      long answer = Native.heAnswerBytes(k.params.id());
      long out = memory.bytes(2 * answer);
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heBatched(
                  k.pool.id(),
                  k.server.id(),
                  b.id(),
                  plain,
                  88,
                  COLUMNS,
                  rows,
                  0,
                  rows,
                  COLUMNS,
                  shares,
                  32,
                  out,
                  2 * answer));
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heBatched(
                  k.pool.id(),
                  k.server.id(),
                  b.id(),
                  plain,
                  96,
                  COLUMNS,
                  rows,
                  0,
                  3,
                  COLUMNS,
                  shares,
                  32,
                  out,
                  2 * answer));
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heBatched(
                  k.pool.id(),
                  k.server.id(),
                  b.id(),
                  plain,
                  96,
                  4,
                  1,
                  0,
                  1,
                  COLUMNS,
                  shares,
                  16,
                  out,
                  answer));
    }
  }

  @Test
  void wrongShapesAndFormsAreRefused() {
    try (memory;
        Keys k = new Keys();
        NativeHandle x = k.upload(ROWS, CLIENT)) {
      long plain = memory.longs(SERVER);
      long shares = memory.bytes(1 << 10);
      long answer = Native.heAnswerBytes(k.params.id());
      long out = memory.bytes(3 * answer);
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heRowSums(
                  k.pool.id(),
                  k.server.id(),
                  x.id(),
                  plain,
                  40,
                  2,
                  COLUMNS,
                  shares,
                  32,
                  out,
                  2 * answer));
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heRowSums(
                  k.pool.id(),
                  k.server.id(),
                  x.id(),
                  plain,
                  48,
                  0,
                  COLUMNS,
                  shares,
                  48,
                  out,
                  3 * answer));
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heScale(
                  k.pool.id(),
                  k.server.id(),
                  x.id(),
                  plain,
                  16,
                  x.id(),
                  plain,
                  48,
                  0,
                  3,
                  COLUMNS,
                  shares,
                  48,
                  out,
                  3 * answer));
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heScale(
                  k.pool.id(),
                  k.server.id(),
                  x.id(),
                  plain,
                  16,
                  x.id(),
                  plain,
                  48,
                  1,
                  4,
                  COLUMNS,
                  shares,
                  48,
                  out,
                  3 * answer));
      long weights = memory.shorts(1, 1, 1);
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heLinear(
                  k.pool.id(),
                  k.server.id(),
                  x.id(),
                  weights,
                  6,
                  1,
                  0,
                  1,
                  COLUMNS,
                  shares,
                  16,
                  out,
                  answer));
      long size = Native.heFactorBytes(k.params.id());
      long up = memory.bytes(size);
      memory.fill(up, size, 0xFF);
      try (NativeHandle other = new NativeHandle(Native.heFactors(k.params.id(), 1))) {
        fails(
            NativeException.Code.MALFORMED_MESSAGE,
            () -> Native.heLoad(k.pool.id(), other.id(), 0, 1, up, size, 0, 0, COLUMNS));
        fails(
            NativeException.Code.MALFORMED_MESSAGE,
            () -> Native.heLoad(k.pool.id(), other.id(), 0, 1, up, size - 1, 0, 0, COLUMNS));
      }
    }
  }

  private static void fails(NativeException.Code code, Executable call) {
    assertEquals(code, assertThrows(NativeException.class, call).code());
  }

  private static BigInteger times(long a, long b) {
    return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
  }

  /** Σ client·server at these positions, modulo t. */
  private static long sum(int... positions) {
    BigInteger sum = BigInteger.ZERO;
    for (int i : positions) {
      sum = sum.add(times(CLIENT[i], SERVER[i]));
    }
    return sum.mod(BigInteger.valueOf(T)).longValue();
  }

  private interface Kernel {
    void compute(long shares, long sharesBytes, long out, long outBytes);
  }

  /** Both parties' keys. */
  private final class Keys implements AutoCloseable {
    final NativeHandle pool = new NativeHandle(Native.poolNew(1));
    final NativeHandle params = new NativeHandle(Native.heParams(new int[] {60, 50, 60, 48}, T));
    final NativeHandle client = new NativeHandle(Native.heClientKeys(params.id()));
    final NativeHandle server;

    Keys() {
      long bytes = Native.hePublicKeyBytes(params.id());
      long publicKey = memory.bytes(bytes);
      Native.heWritePublicKey(client.id(), publicKey, bytes);
      server = new NativeHandle(Native.heServerKeys(params.id(), publicKey, bytes));
    }

    NativeHandle upload(int rows, long... values) {
      long bytes = rows * Native.heFactorBytes(params.id());
      long up = memory.bytes(bytes);
      Native.heEncryptFactors(
          pool.id(),
          client.id(),
          memory.longs(values),
          8L * values.length,
          rows,
          COLUMNS,
          up,
          bytes);
      NativeHandle matrix = new NativeHandle(Native.heFactors(params.id(), rows));
      Native.heLoad(pool.id(), matrix.id(), 0, rows, up, bytes, 0, 0, COLUMNS);
      return matrix;
    }

    /** Runs a kernel of {@code rows} answers and puts the shares together. */
    long[] answer(int rows, Kernel kernel) {
      int n = rows * COLUMNS;
      long shares = memory.bytes(8L * n);
      long bytes = rows * Native.heAnswerBytes(params.id());
      long out = memory.bytes(bytes);
      kernel.compute(shares, 8L * n, out, bytes);
      long values = memory.bytes(8L * n);
      Native.heDecrypt(pool.id(), client.id(), LEVEL, out, bytes, rows, COLUMNS, values, 8L * n);
      long[] sum = memory.readLongs(values, n);
      long[] masks = memory.readLongs(shares, n);
      for (int i = 0; i < n; i++) {
        sum[i] = Math.floorMod(sum[i] + masks[i], T);
      }
      return sum;
    }

    @Override
    public void close() {
      server.close();
      client.close();
      params.close();
      pool.close();
    }
  }
}
