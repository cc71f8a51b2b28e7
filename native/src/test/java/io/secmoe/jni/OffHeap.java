// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import sun.misc.Unsafe;

/** Off-heap memory of one test; freed at once when closed. */
final class OffHeap implements AutoCloseable {
  private static final Unsafe UNSAFE = unsafe();

  private final List<Long> blocks = new ArrayList<>();

  private static Unsafe unsafe() {
    try {
      Field field = Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return (Unsafe) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns a zeroed block; its address is aligned to 8 bytes. */
  long bytes(long size) {
    long addr = UNSAFE.allocateMemory(Math.max(size, 1));
    UNSAFE.setMemory(addr, Math.max(size, 1), (byte) 0);
    blocks.add(addr);
    return addr;
  }

  static NativeBuffer at(long address, long bytes) {
    return new NativeBuffer(address, bytes);
  }

  long longs(long... values) {
    long addr = bytes(8L * values.length);
    for (int i = 0; i < values.length; i++) {
      UNSAFE.putLong(addr + 8L * i, values[i]);
    }
    return addr;
  }

  long shorts(int... values) {
    long addr = bytes(2L * values.length);
    for (int i = 0; i < values.length; i++) {
      UNSAFE.putShort(addr + 2L * i, (short) values[i]);
    }
    return addr;
  }

  long[] readLongs(long addr, int n) {
    long[] values = new long[n];
    for (int i = 0; i < n; i++) {
      values[i] = UNSAFE.getLong(addr + 8L * i);
    }
    return values;
  }

  void fill(long addr, long size, int value) {
    UNSAFE.setMemory(addr, size, (byte) value);
  }

  @Override
  public void close() {
    blocks.forEach(UNSAFE::freeMemory);
    blocks.clear();
  }
}
