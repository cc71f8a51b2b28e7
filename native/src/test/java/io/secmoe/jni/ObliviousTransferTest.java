// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

import static io.secmoe.jni.OffHeap.at;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.secmoe.jni.NativeException.Code;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Both sides of the OT extension over JNI: set-up, extension, every way of using correlations, and
 * what is refused.
 */
class ObliviousTransferTest {
  private static final int K = 4;
  private static final long T = 2198738042881L;

  /** A multiple of 8, so that digit vectors can be read as whole words. */
  private static final int N = 10_000;

  private int before;
  private OffHeap memory;
  private NativeHandle pool;
  private NativeHandle rng;
  private NativeHandle sender;
  private NativeHandle receiver;

  @BeforeEach
  void setUp() {
    before = Native.liveHandles();
    memory = new OffHeap();
    pool = new NativeHandle(Native.poolNew(2));
    rng = new NativeHandle(Native.rng());
    sender = new NativeHandle(Native.otSender(K));
    receiver = new NativeHandle(Native.otReceiver(K));
    long[] bytes = {
      Native.otSetupBytes(K, 0), Native.otSetupBytes(K, 1), Native.otSetupBytes(K, 2)
    };
    long hello = memory.bytes(bytes[0]);
    long choose = memory.bytes(bytes[1]);
    long seeds = memory.bytes(bytes[2]);
    Native.otReceiverHello(receiver.id(), at(hello, bytes[0]));
    Native.otSenderChoose(sender.id(), at(hello, bytes[0]), at(choose, bytes[1]));
    Native.otReceiverSeeds(pool.id(), receiver.id(), at(choose, bytes[1]), at(seeds, bytes[2]));
    Native.otSenderSeeds(pool.id(), sender.id(), at(seeds, bytes[2]));
    extend(20 * 1024);
  }

  @AfterEach
  void nothingLeaks() {
    pool.close();
    rng.close();
    sender.close();
    receiver.close();
    memory.close();
    assertEquals(before, Native.liveHandles());
  }

  private void extend(long n) {
    long bytes = Native.otExtendBytes(sender.id(), n);
    long message = memory.bytes(bytes);
    Native.otWriteExtension(pool.id(), receiver.id(), n, at(message, bytes));
    Native.otReadExtension(pool.id(), sender.id(), n, at(message, bytes));
  }

  private static long packed(long n, int width) {
    return (n * width + 7) / 8;
  }

  private long digits(int width) {
    long addr = memory.bytes(N);
    Native.digitRandom(rng.id(), width, N, at(addr, N));
    return addr;
  }

  private long flips(long correlations, int width, long choices) {
    long addr = memory.bytes(packed(N, width));
    Native.otFlips(correlations, width, at(choices, N), at(addr, packed(N, width)));
    return addr;
  }

  private static void fails(Code code, Executable call) {
    assertEquals(code, assertThrows(NativeException.class, call).code());
  }

  @Test
  void ringSharesAddUp() {
    long delta = memory.bytes(8 * N);
    Native.ringRandom(rng.id(), T, N, at(delta, 8 * N));
    long choices = digits(1);
    long own = memory.bytes(8 * N);
    long other = memory.bytes(8 * N);
    long expected = memory.bytes(8 * N);
    long message = memory.bytes(packed(N, 41));
    long sends = Native.otTake(sender.id(), N);
    long receives = Native.otTake(receiver.id(), N);
    long flips = flips(receives, 1, choices);
    Native.otRingSend(
        pool.id(),
        sends,
        T,
        N,
        at(delta, 8 * N),
        at(flips, packed(N, 1)),
        at(own, 8 * N),
        at(message, packed(N, 41)));
    Native.otRingReceive(
        pool.id(), receives, T, N, at(choices, N), at(message, packed(N, 41)), at(other, 8 * N));
    Native.ringCombine(pool.id(), T, 1, at(own, 8 * N), 1, at(other, 8 * N), 0, at(own, 8 * N));
    Native.ringSelect(
        pool.id(), T, N, false, at(choices, N), at(delta, 8 * N), at(expected, 8 * N));
    assertArrayEquals(memory.readLongs(expected, N), memory.readLongs(own, N));

    // Both are used up.
    fails(
        Code.CLOSED_HANDLE,
        () -> Native.otFlips(receives, 1, at(choices, N), at(flips, packed(N, 1))));
    fails(
        Code.CLOSED_HANDLE,
        () ->
            Native.otRingSend(
                pool.id(),
                sends,
                T,
                N,
                at(delta, 8 * N),
                at(flips, packed(N, 1)),
                at(own, 8 * N),
                at(message, packed(N, 41))));
  }

  @Test
  void digitSharesXor() {
    long delta = digits(3);
    long choices = digits(1);
    long own = memory.bytes(N);
    long other = memory.bytes(N);
    long expected = memory.bytes(N);
    long message = memory.bytes(packed(N, 3));
    long sends = Native.otTake(sender.id(), N);
    long receives = Native.otTake(receiver.id(), N);
    long flips = flips(receives, 1, choices);
    Native.otDigitSend(
        pool.id(),
        sends,
        3,
        N,
        at(delta, N),
        at(flips, packed(N, 1)),
        at(own, N),
        at(message, packed(N, 3)));
    Native.otDigitReceive(
        pool.id(), receives, 3, N, at(choices, N), at(message, packed(N, 3)), at(other, N));
    Native.digitXor(pool.id(), N, at(own, N), at(other, N), at(own, N));
    Native.digitSelect(pool.id(), N, at(choices, N), at(delta, N), at(expected, N));
    assertArrayEquals(memory.readLongs(expected, N / 8), memory.readLongs(own, N / 8));
  }

  @Test
  void leavesAreCompared() {
    long y = digits(2);
    long choices = digits(2);
    long own = memory.bytes(N);
    long other = memory.bytes(N);
    long message = memory.bytes(packed(N, 6));
    long sends = Native.otTake(sender.id(), 2 * N);
    long receives = Native.otTake(receiver.id(), 2 * N);
    long flips = flips(receives, 2, choices);
    Native.otLeavesSend(
        pool.id(),
        sends,
        new NativeLeaves(2, 1, false),
        N,
        at(y, N),
        at(flips, packed(N, 2)),
        at(own, N),
        at(message, packed(N, 6)));
    Native.otLeavesReceive(
        pool.id(),
        receives,
        new NativeLeaves(2, 1, false),
        N,
        at(choices, N),
        at(message, packed(N, 6)),
        at(other, N));
    Native.digitXor(pool.id(), N, at(own, N), at(other, N), at(own, N));

    byte[] c = bytes(choices);
    byte[] threshold = bytes(y);
    byte[] leaf = bytes(own);
    for (int i = 0; i < N; i++) {
      assertEquals(
          (c[i] > threshold[i] ? 1 : 0) + (c[i] == threshold[i] ? 2 : 0), leaf[i], "look-up " + i);
    }
  }

  private byte[] bytes(long addr) {
    byte[] bytes = new byte[N];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asLongBuffer()
        .put(memory.readLongs(addr, N / 8));
    return bytes;
  }

  @Test
  void misuseIsRefused() {
    fails(Code.BAD_ARGUMENT, () -> Native.otSender(3));
    fails(Code.BAD_ARGUMENT, () -> Native.otExtendBytes(receiver.id(), 1000));
    fails(Code.BAD_ARGUMENT, () -> Native.otSetupBytes(K, 3));
    fails(Code.CLOSED_HANDLE, () -> Native.otAvailable(pool.id()));
    fails(Code.BAD_ARGUMENT, () -> Native.otWriteExtension(pool.id(), sender.id(), 1024, null));
    fails(Code.BAD_ARGUMENT, () -> Native.otReadExtension(pool.id(), receiver.id(), 1024, null));
    fails(Code.CLOSED_HANDLE, () -> Native.otReadExtension(pool.id(), pool.id(), 1024, null));
    assertEquals(20 * 1024, Native.otAvailable(sender.id()));
    assertEquals(20 * 1024, Native.otAvailable(receiver.id()));
    fails(Code.EXHAUSTED, () -> Native.otTake(sender.id(), 20 * 1024 + 1));
    long message = memory.bytes(Native.otExtendBytes(sender.id(), 1024));
    fails(
        Code.MALFORMED_MESSAGE,
        () -> Native.otReadExtension(pool.id(), sender.id(), 1024, at(message, 5)));

    long choices = digits(1);
    long shares = memory.bytes(8 * N);
    long ones = memory.bytes(packed(N, 41));
    memory.fill(ones, packed(N, 41), 0xFF);
    long receives = Native.otTake(receiver.id(), N);
    // All bits set: residues that are not below t. The correlations are gone all the same.
    fails(
        Code.MALFORMED_MESSAGE,
        () ->
            Native.otRingReceive(
                pool.id(),
                receives,
                T,
                N,
                at(choices, N),
                at(ones, packed(N, 41)),
                at(shares, 8 * N)));
    fails(
        Code.CLOSED_HANDLE,
        () ->
            Native.otRingReceive(
                pool.id(),
                receives,
                T,
                N,
                at(choices, N),
                at(ones, packed(N, 41)),
                at(shares, 8 * N)));
  }
}
