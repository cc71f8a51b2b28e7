// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

import static io.secmoe.jni.OffHeap.at;
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
                      at(plain, 8L * SERVER.length),
                      2,
                      new NativeAnswers(COLUMNS, at(shares, sharesBytes), at(out, outBytes))));
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
                      at(scale, 16),
                      x.id(),
                      at(plain + 16, 32),
                      new NativeRange(1, 3),
                      new NativeAnswers(COLUMNS, at(shares, sharesBytes), at(out, outBytes))));
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
                      at(plain, 8L * a.length),
                      COLUMNS,
                      rows,
                      new NativeRange(0, rows),
                      new NativeAnswers(COLUMNS, at(shares, sharesBytes), at(out, outBytes))));
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
                  at(plain, 88),
                  COLUMNS,
                  rows,
                  new NativeRange(0, rows),
                  new NativeAnswers(COLUMNS, at(shares, 32), at(out, 2 * answer))));
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heBatched(
                  k.pool.id(),
                  k.server.id(),
                  b.id(),
                  at(plain, 96),
                  COLUMNS,
                  rows,
                  new NativeRange(0, 3),
                  new NativeAnswers(COLUMNS, at(shares, 32), at(out, 2 * answer))));
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heBatched(
                  k.pool.id(),
                  k.server.id(),
                  b.id(),
                  at(plain, 96),
                  4,
                  1,
                  new NativeRange(0, 1),
                  new NativeAnswers(COLUMNS, at(shares, 16), at(out, answer))));
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
                  at(plain, 40),
                  2,
                  new NativeAnswers(COLUMNS, at(shares, 32), at(out, 2 * answer))));
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heRowSums(
                  k.pool.id(),
                  k.server.id(),
                  x.id(),
                  at(plain, 48),
                  0,
                  new NativeAnswers(COLUMNS, at(shares, 48), at(out, 3 * answer))));
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heScale(
                  k.pool.id(),
                  k.server.id(),
                  x.id(),
                  at(plain, 16),
                  x.id(),
                  at(plain, 48),
                  new NativeRange(0, 3),
                  new NativeAnswers(COLUMNS, at(shares, 48), at(out, 3 * answer))));
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heScale(
                  k.pool.id(),
                  k.server.id(),
                  x.id(),
                  at(plain, 16),
                  x.id(),
                  at(plain, 48),
                  new NativeRange(1, 4),
                  new NativeAnswers(COLUMNS, at(shares, 48), at(out, 3 * answer))));
      long weights = memory.shorts(1, 1, 1);
      fails(
          NativeException.Code.BAD_ARGUMENT,
          () ->
              Native.heLinear(
                  k.pool.id(),
                  k.server.id(),
                  x.id(),
                  new NativeWeights(at(weights, 6), null, 1, ROWS),
                  new NativeRange(0, 1),
                  new NativeAnswers(COLUMNS, at(shares, 16), at(out, answer))));
      long size = Native.heFactorBytes(k.params.id());
      long up = memory.bytes(size);
      memory.fill(up, size, 0xFF);
      try (NativeHandle other = new NativeHandle(Native.heFactors(k.params.id(), 1))) {
        fails(
            NativeException.Code.MALFORMED_MESSAGE,
            () -> Native.heLoad(k.pool.id(), other.id(), 0, 1, at(up, size), null, COLUMNS));
        fails(
            NativeException.Code.MALFORMED_MESSAGE,
            () -> Native.heLoad(k.pool.id(), other.id(), 0, 1, at(up, size - 1), null, COLUMNS));
      }
    }
  }

  private static void fails(NativeException.Code code, Executable call) {
    assertEquals(code, assertThrows(NativeException.class, call).code());
  }

  private static BigInteger times(long a, long b) {
    return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
  }

  /** Returns Σ client·server at these positions, modulo t. */
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
      Native.heWritePublicKey(client.id(), at(publicKey, bytes));
      server = new NativeHandle(Native.heServerKeys(params.id(), at(publicKey, bytes)));
    }

    NativeHandle upload(int rows, long... values) {
      long bytes = rows * Native.heFactorBytes(params.id());
      long up = memory.bytes(bytes);
      Native.heEncryptFactors(
          pool.id(),
          client.id(),
          at(memory.longs(values), 8L * values.length),
          rows,
          COLUMNS,
          at(up, bytes));
      NativeHandle matrix = new NativeHandle(Native.heFactors(params.id(), rows));
      Native.heLoad(pool.id(), matrix.id(), 0, rows, at(up, bytes), null, COLUMNS);
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
      Native.heDecrypt(
          pool.id(), client.id(), LEVEL, at(out, bytes), rows, COLUMNS, at(values, 8L * n));
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
