// SPDX-License-Identifier: Apache-2.0
package io.secmoe.ring;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeBuffer;
import org.apache.arrow.memory.ArrowBuf;

/**
 * An off-heap vector of small digits, one byte each, below 2^width. Usually it is one party's XOR
 * share of bits (width 1) or of pairs of bits (width 2). It owns its buffer, wipes it on {@link
 * #close()}, and is not Serializable.
 */
public final class DigitVector implements AutoCloseable {
  private final ArrowBuf buffer;
  private final int width;
  private final long length;
  private final Arena arena;
  private final boolean owner;

  private DigitVector(ArrowBuf buffer, int width, long length, Arena arena, boolean owner) {
    this.buffer = buffer;
    this.width = width;
    this.length = length;
    this.arena = arena;
    this.owner = owner;
  }

  /** Returns a vector whose content is yet to be written. */
  public static DigitVector uninitialised(Arena arena, int width, long length) {
    return new DigitVector(arena.buffer(Math.max(8, length)), width, length, arena, true);
  }

  public static DigitVector random(Arena arena, int width, long length, Rng rng) {
    DigitVector d = uninitialised(arena, width, length);
    Native.digitRandom(rng.id(), width, length, d.memory());
    return d;
  }

  public static DigitVector of(Arena arena, int width, int... digits) {
    DigitVector d = uninitialised(arena, width, digits.length);
    for (int i = 0; i < digits.length; i++) {
      d.buffer.setByte(i, digits[i]);
    }
    return d;
  }

  public static DigitVector concat(Arena arena, DigitVector... parts) {
    long n = 0;
    for (DigitVector p : parts) {
      n += p.length;
    }
    DigitVector d = uninitialised(arena, parts[0].width, n);
    long at = 0;
    for (DigitVector p : parts) {
      d.buffer.setBytes(at, p.buffer, 0, p.length);
      at += p.length;
    }
    return d;
  }

  public int width() {
    return width;
  }

  public long length() {
    return length;
  }

  /** Returns the memory of the elements, as native code takes it. */
  public NativeBuffer memory() {
    return new NativeBuffer(buffer.memoryAddress(), bytes());
  }

  private long bytes() {
    return length;
  }

  public int get(long index) {
    return buffer.getByte(index);
  }

  /**
   * Returns a view of digits [from, from + n): valid as long as this vector is open; closing the
   * view does nothing.
   */
  public DigitVector view(long from, long n) {
    if (from < 0 || n < 0 || from + n > length) {
      throw new IndexOutOfBoundsException("[" + from + ", " + (from + n) + ") of " + length);
    }
    return new DigitVector(buffer.slice(from, n), width, n, arena, false);
  }

  /** Overwrites digits from {@code at} on with those of {@code part}. */
  public void put(long at, DigitVector part) {
    if (at < 0 || at + part.length > length || part.width != width) {
      throw new IndexOutOfBoundsException(
          "[" + at + ", " + (at + part.length) + ") of " + length + " or mixed widths");
    }
    buffer.setBytes(at, part.buffer, 0, part.length);
  }

  public DigitVector copy(Arena arena) {
    return concat(arena, this);
  }

  public DigitVector xorInPlace(DigitVector y) {
    requireLength(y.length);
    Native.digitXor(arena.pool(), length, memory(), y.memory(), memory());
    return this;
  }

  public DigitVector xorInPlace(int constant) {
    Native.digitXorConstant(arena.pool(), length, constant, memory(), memory());
    return this;
  }

  /** Returns bit·this. */
  public DigitVector whereSet(Arena arena, DigitVector bits) {
    requireLength(bits.length);
    DigitVector d = uninitialised(arena, width, length);
    Native.digitSelect(arena.pool(), length, bits.memory(), memory(), d.memory());
    return d;
  }

  /** Returns {@code times} copies of this vector, one after the other. */
  public DigitVector repeat(Arena arena, int times) {
    DigitVector[] parts = new DigitVector[times];
    java.util.Arrays.fill(parts, this);
    return concat(arena, parts);
  }

  /** Returns the bits [from, from + width) of every digit. */
  public DigitVector slice(Arena arena, int from, int sliceWidth) {
    DigitVector d = uninitialised(arena, sliceWidth, length);
    Native.digitSlice(arena.pool(), length, from, sliceWidth, memory(), d.memory());
    return d;
  }

  /** Returns ⌈length·width/8⌉ bytes, in the arena's memory: the caller's to close or send. */
  public ArrowBuf pack(Arena arena) {
    ArrowBuf out = arena.message(Packed.bytes(length, width));
    Native.digitPack(arena.pool(), width, length, memory(), Arena.readable(out));
    return out;
  }

  /** Returns the digits that {@link #pack} wrote. */
  public static DigitVector unpack(Arena arena, int width, long length, ArrowBuf packed) {
    DigitVector d = uninitialised(arena, width, length);
    Native.digitUnpack(arena.pool(), width, length, Arena.readable(packed), d.memory());
    return d;
  }

  private void requireLength(long other) {
    if (length != other) {
      throw new IllegalArgumentException("mixed lengths: " + length + " and " + other);
    }
  }

  @Override
  public void close() {
    if (owner) {
      arena.release(buffer);
    }
  }
}
