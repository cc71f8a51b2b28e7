// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

import static io.secmoe.jni.OffHeap.at;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.secmoe.jni.NativeException.Code;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Every kernel of the section {@code ring} gives on a pool what it gives on the caller's thread,
 * and stops when cancelled.
 */
class RingTest {
  private static final long T = 2198738042881L;

  /**
   * Long enough for the pool, and no multiple of a task; a multiple of 8, so that digits can be
   * read as whole words.
   */
  private static final int N = 100_008;

  /** A call of a kernel on a pool, or on none (0). */
  private interface Kernel {
    void run(long pool, long x, long y, long out);
  }

  private final OffHeap memory = new OffHeap();
  private NativeHandle pool;
  private NativeHandle rng;

  @BeforeEach
  void setUp() {
    pool = new NativeHandle(Native.poolNew(3));
    rng = new NativeHandle(Native.rng());
  }

  @AfterEach
  void close() {
    pool.close();
    rng.close();
    memory.close();
  }

  private long elements(long modulus) {
    long addr = memory.bytes(8L * N);
    Native.ringRandom(rng.id(), modulus, N, at(addr, 8L * N));
    return addr;
  }

  private long digits(int width) {
    long addr = memory.bytes(N);
    Native.digitRandom(rng.id(), width, N, at(addr, N));
    return addr;
  }

  private static long packed(int width) {
    return ((long) N * width + 7) / 8;
  }

  private void agree(long x, long y, int outBytes, Kernel kernel) {
    long[][] results = new long[2][];
    for (int i = 0; i < 2; i++) {
      long out = memory.bytes(outBytes + 7);
      kernel.run(i == 0 ? 0 : pool.id(), x, y, out);
      results[i] = memory.readLongs(out, outBytes / 8);
    }
    assertArrayEquals(results[0], results[1]);
  }

  @Test
  void ringKernels() {
    int bytes = 8 * N;
    long x = elements(T);
    long y = elements(T);
    long bits = digits(1);
    agree(
        x,
        y,
        bytes,
        (p, a, b, out) ->
            Native.ringCombine(p, T, 3, at(a, bytes), T - 1, at(b, bytes), 5, at(out, bytes)));
    agree(
        x,
        y,
        bytes,
        (p, a, b, out) -> Native.ringCombine(p, T, 3, at(a, bytes), 0, null, 5, at(out, bytes)));
    agree(
        x,
        y,
        bytes,
        (p, a, b, out) -> Native.ringMultiply(p, T, N, at(a, bytes), at(b, bytes), at(out, bytes)));
    agree(
        x,
        y,
        bytes,
        (p, a, b, out) -> Native.ringShift(p, N, 7, true, at(a, bytes), 1 << 21, at(out, bytes)));
    agree(
        x,
        y,
        bytes,
        (p, a, b, out) -> Native.ringPowers(p, T, N, 13, 10, at(a, bytes), at(out, bytes)));
    agree(x, y, N, (p, a, b, out) -> Native.ringAtLeast(p, N, T / 3, at(a, bytes), at(out, N)));
    agree(x, y, N, (p, a, b, out) -> Native.ringDigits(p, N, 9, 4, at(a, bytes), at(out, N)));
    agree(
        x,
        bits,
        bytes,
        (p, a, b, out) -> Native.ringSelect(p, T, N, true, at(b, N), at(a, bytes), at(out, bytes)));
    agree(
        x,
        bits,
        bytes,
        (p, a, b, out) ->
            Native.ringSelect(p, T, N, false, at(b, N), at(a, bytes), at(out, bytes)));
  }

  @Test
  void digitKernels() {
    long x = digits(4);
    long y = digits(4);
    long bits = digits(1);
    agree(x, y, N, (p, a, b, out) -> Native.digitXor(p, N, at(a, N), at(b, N), at(out, N)));
    agree(x, y, N, (p, a, b, out) -> Native.digitXorConstant(p, N, 9, at(a, N), at(out, N)));
    agree(x, y, N, (p, a, b, out) -> Native.digitSlice(p, N, 1, 2, at(a, N), at(out, N)));
    agree(x, bits, N, (p, a, b, out) -> Native.digitSelect(p, N, at(b, N), at(a, N), at(out, N)));
  }

  @Test
  void outputsMayBeInputs() {
    long x = elements(T);
    long[] before = memory.readLongs(x, N);
    Native.ringCombine(pool.id(), T, 1, at(x, 8L * N), 1, at(x, 8L * N), 1, at(x, 8L * N));
    long[] after = memory.readLongs(x, N);
    for (int i = 0; i < N; i++) {
      assertEquals((2 * before[i] + 1) % T, after[i]);
    }
  }

  @Test
  void packedVectorsAreTheSameAndComeBack() {
    for (int width : new int[] {1, 21, 41, 63}) {
      long modulus = width == 41 ? T : 1L << width;
      long size = packed(width);
      long x = elements(modulus);
      agree(
          x,
          0,
          (int) size,
          (p, a, b, out) -> Native.ringPack(p, modulus, N, at(a, 8L * N), at(out, size)));
      long message = memory.bytes(size);
      long back = memory.bytes(8L * N);
      Native.ringPack(pool.id(), modulus, N, at(x, 8L * N), at(message, size));
      Native.ringUnpack(pool.id(), modulus, N, at(message, size), at(back, 8L * N));
      assertArrayEquals(memory.readLongs(x, N), memory.readLongs(back, N));
    }
    for (int width : new int[] {1, 3, 8}) {
      long size = packed(width);
      long x = digits(width);
      agree(
          x,
          0,
          (int) size,
          (p, a, b, out) -> Native.digitPack(p, width, N, at(a, N), at(out, size)));
      long message = memory.bytes(size);
      long back = memory.bytes(N);
      Native.digitPack(pool.id(), width, N, at(x, N), at(message, size));
      Native.digitUnpack(pool.id(), width, N, at(message, size), at(back, N));
      assertArrayEquals(memory.readLongs(x, N / 8), memory.readLongs(back, N / 8));
    }
  }

  @Test
  void badMessagesAreRefused() {
    long size = packed(41);
    long message = memory.bytes(size);
    long out = memory.bytes(8L * N);
    fails(
        Code.MALFORMED_MESSAGE,
        p -> Native.ringUnpack(p, T, N, at(message, size - 1), at(out, 8L * N)));
    fails(
        Code.MALFORMED_MESSAGE,
        p -> Native.digitUnpack(p, 3, N, at(message, packed(3) + 1), at(out, N)));
    // The last element alone is not below t.
    memory.fill(message + size - 5, 5, 0xFF);
    fails(
        Code.MALFORMED_MESSAGE,
        p -> Native.ringUnpack(p, T, N, at(message, size), at(out, 8L * N)));
  }

  @Test
  void batchedProducts() {
    // Two pairs, of 2 × 2 by 2 × 1: columns (1, −1) and (2, 3), then (5, 7) and (0, −2), by (10,
    // 100) and (−1, 4).
    long a = memory.longs(1, 2, 5, 0, T - 1, 3, 7, T - 2);
    long b = memory.longs(10, T - 1, 100, 4);
    long out = memory.bytes(32);
    Native.ringBatched(pool.id(), T, 2, 2, 1, at(a, 64), at(b, 32), at(out, 32));
    assertArrayEquals(new long[] {T - 90, 23, 320, T - 8}, memory.readLongs(out, 4));
    for (Executable call :
        new Executable[] {
          () -> Native.ringBatched(pool.id(), T, 2, 2, 1, at(a, 64), at(b, 24), at(out, 32)),
          () -> Native.ringBatched(pool.id(), T, 2, 2, 1, at(a, 64), at(b, 32), at(out, 24)),
          () -> Native.ringBatched(pool.id(), 1L << 60, 2, 2, 1, at(a, 64), at(b, 32), at(out, 32)),
          () -> Native.ringBatched(pool.id(), T, -1, 2, 1, at(a, 64), at(b, 32), at(out, 32))
        }) {
      assertEquals(Code.BAD_ARGUMENT, assertThrows(NativeException.class, call).code());
    }
  }

  @Test
  void cancelledWorkStops() {
    long x = elements(T);
    Native.poolCancel(pool.id());
    for (int n : new int[] {8, N}) {
      cancelled(
          () -> Native.ringMultiply(pool.id(), T, n, at(x, 8L * n), at(x, 8L * n), at(x, 8L * n)));
      cancelled(() -> Native.digitXorConstant(pool.id(), n, 1, at(x, n), at(x, n)));
    }
    cancelled(() -> Native.ringBatched(pool.id(), T, 1, 1, 1, at(x, 8), at(x, 8), at(x, 8)));
  }

  private static void cancelled(Executable call) {
    assertEquals(Code.CANCELLED, assertThrows(NativeException.class, call).code());
  }

  private void fails(Code code, LongConsumer call) {
    for (long p : new long[] {0, pool.id()}) {
      assertEquals(code, assertThrows(NativeException.class, () -> call.accept(p)).code());
    }
  }
}
