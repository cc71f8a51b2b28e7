// SPDX-License-Identifier: Apache-2.0
package io.secmoe.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeException;
import io.secmoe.jni.NativeException.Code;
import io.secmoe.jni.NativeHandle;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Vectors and their views work on the arena's pool, and only owners give memory back. */
class ArenaTest {
  private static final int N = 100_003;

  private static RingVector ramp(Arena arena) {
    return RingVector.of(arena, Modulus.T, LongStream.range(0, N).toArray());
  }

  @Test
  void viewsAreWorkedOnInPlace() {
    try (Arena alone = new Arena(new RootAllocator());
        NativeHandle pool = new NativeHandle(Native.poolNew(2));
        Arena arena = new Arena(new RootAllocator())) {
      arena.runOn(pool);
      for (Arena a : List.of(alone, arena)) {
        try (RingVector x = ramp(a);
            RingVector half = x.view(1, N - 2);
            RingVector same = x.view(1, N - 2)) {
          half.addInPlace(half).combineInPlace(1, 3, same, 1);
          for (int i = 0; i < N; i++) {
            assertEquals(i == 0 || i == N - 1 ? i : 8L * i + 1, x.get(i));
          }
        }
        assertEquals(0, a.liveBuffers());
      }
    }
  }

  @Test
  void packedVectorsComeBack() {
    try (NativeHandle pool = new NativeHandle(Native.poolNew(2));
        Arena arena = new Arena(new RootAllocator())) {
      arena.runOn(pool);
      RingVector x = ramp(arena);
      DigitVector low = x.digits(arena, 0, 3);
      ArrowBuf packed = x.pack(arena);
      ArrowBuf packedLow = low.pack(arena);
      RingVector y = RingVector.unpack(arena, Modulus.T, N, packed);
      DigitVector d = DigitVector.unpack(arena, 3, N, packedLow);
      for (int i = 0; i < N; i++) {
        assertEquals(i, y.get(i));
        assertEquals(i % 8, d.get(i));
      }
    }
  }

  @Test
  void cancelledWorkStops() {
    try (NativeHandle pool = new NativeHandle(Native.poolNew(1));
        Arena arena = new Arena(new RootAllocator())) {
      arena.runOn(pool);
      RingVector x = ramp(arena);
      DigitVector d = x.atLeast(arena, 5);
      Native.poolCancel(pool.id());
      List<Executable> calls =
          List.of(
              () -> x.addInPlace(x),
              () -> x.view(0, 10).affineInPlace(1, 1),
              () -> x.pack(arena),
              () -> d.xorInPlace(1),
              () -> d.view(0, 10).xorInPlace(1),
              () -> d.pack(arena),
              () -> x.whereSet(arena, d));
      for (Executable call : calls) {
        assertEquals(Code.CANCELLED, assertThrows(NativeException.class, call).code());
      }
      assertThrows(IllegalStateException.class, () -> arena.runOn(pool));
    }
  }
}
