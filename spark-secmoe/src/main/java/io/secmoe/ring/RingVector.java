// SPDX-License-Identifier: Apache-2.0
package io.secmoe.ring;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeBuffer;
import org.apache.arrow.memory.ArrowBuf;

/**
 * An off-heap vector modulo M, with one u64 per element, each below M. Usually it is one party's
 * additive share. It owns its buffer, wipes it on {@link #close()}, and is not Serializable.
 * Methods ending in {@code InPlace} overwrite this vector.
 */
public final class RingVector implements AutoCloseable {
  private final ArrowBuf buffer;
  private final Modulus modulus;
  private final long length;
  private final Arena arena;
  private final boolean owner;

  private RingVector(ArrowBuf buffer, Modulus modulus, long length, Arena arena, boolean owner) {
    this.buffer = buffer;
    this.modulus = modulus;
    this.length = length;
    this.arena = arena;
    this.owner = owner;
  }

  /** Returns a vector whose content is yet to be written. */
  public static RingVector uninitialised(Arena arena, Modulus modulus, long length) {
    return new RingVector(arena.buffer(length * 8), modulus, length, arena, true);
  }

  public static RingVector zeros(Arena arena, Modulus modulus, long length) {
    RingVector v = uninitialised(arena, modulus, length);
    v.buffer.setZero(0, length * 8);
    return v;
  }

  public static RingVector random(Arena arena, Modulus modulus, long length, Rng rng) {
    RingVector v = uninitialised(arena, modulus, length);
    Native.ringRandom(rng.id(), modulus.value(), length, v.memory());
    return v;
  }

  /** Makes a vector of signed integers, reduced into the ring. */
  public static RingVector of(Arena arena, Modulus modulus, long... values) {
    RingVector v = uninitialised(arena, modulus, values.length);
    for (int i = 0; i < values.length; i++) {
      v.buffer.setLong(8L * i, modulus.canonical(values[i]));
    }
    return v;
  }

  /** Returns n copies of one signed integer. */
  public static RingVector constant(Arena arena, Modulus modulus, long length, long value) {
    return zeros(arena, modulus, length).affineInPlace(1, value);
  }

  /** Returns several vectors over one ring, one after the other. */
  public static RingVector concat(Arena arena, RingVector... parts) {
    long n = 0;
    for (RingVector p : parts) {
      n += p.length;
    }
    RingVector v = uninitialised(arena, parts[0].modulus, n);
    long at = 0;
    for (RingVector p : parts) {
      parts[0].requireSame(p.modulus);
      v.buffer.setBytes(at, p.buffer, 0, p.bytes());
      at += p.bytes();
    }
    return v;
  }

  public Modulus modulus() {
    return modulus;
  }

  public long length() {
    return length;
  }

  /** Returns the memory of the elements, as native code takes it. */
  public NativeBuffer memory() {
    return new NativeBuffer(buffer.memoryAddress(), bytes());
  }

  private long bytes() {
    return length * 8;
  }

  /**
   * Returns the canonical element at an index: for the input's encoding, the output's decoding, and
   * tests.
   */
  public long get(long index) {
    return buffer.getLong(8 * index);
  }

  /** Stores a canonical element. */
  public void set(long index, long canonical) {
    buffer.setLong(8 * index, canonical);
  }

  /**
   * Returns a view of elements [from, from + n): valid as long as this vector is open; closing the
   * view does nothing.
   */
  public RingVector view(long from, long n) {
    if (from < 0 || n < 0 || from + n > length) {
      throw new IndexOutOfBoundsException("[" + from + ", " + (from + n) + ") of " + length);
    }
    return new RingVector(buffer.slice(8 * from, 8 * n), modulus, n, arena, false);
  }

  /** Returns this vector followed by zeros. */
  public RingVector padded(Arena arena, long to) {
    RingVector v = zeros(arena, modulus, to);
    v.buffer.setBytes(0, buffer, 0, bytes());
    return v;
  }

  /** Overwrites elements from {@code at} on with those of {@code part}. */
  public void put(long at, RingVector part) {
    requireSame(part.modulus);
    if (at < 0 || at + part.length > length) {
      throw new IndexOutOfBoundsException("[" + at + ", " + (at + part.length) + ") of " + length);
    }
    buffer.setBytes(8 * at, part.buffer, 0, part.bytes());
  }

  public RingVector copy(Arena arena) {
    return concat(arena, this);
  }

  /** Returns {@code times} copies of this vector, one after the other. */
  public RingVector repeat(Arena arena, int times) {
    RingVector[] parts = new RingVector[times];
    java.util.Arrays.fill(parts, this);
    return concat(arena, parts);
  }

  /** Computes this ← a·this + b·y + c; a, b, c are signed integers. */
  public RingVector combineInPlace(long a, long b, RingVector y, long c) {
    requireSame(y.modulus);
    requireLength(y.length);
    Native.ringCombine(
        arena.pool(),
        modulus.value(),
        modulus.canonical(a),
        memory(),
        modulus.canonical(b),
        y.memory(),
        modulus.canonical(c),
        memory());
    return this;
  }

  /** Computes this ← a·this + c. */
  public RingVector affineInPlace(long a, long c) {
    Native.ringCombine(
        arena.pool(),
        modulus.value(),
        modulus.canonical(a),
        memory(),
        0,
        null,
        modulus.canonical(c),
        memory());
    return this;
  }

  public RingVector addInPlace(RingVector y) {
    return combineInPlace(1, 1, y, 0);
  }

  public RingVector subtractInPlace(RingVector y) {
    return combineInPlace(1, -1, y, 0);
  }

  /** Returns this·y, elementwise. */
  public RingVector times(Arena arena, RingVector y) {
    requireSame(y.modulus);
    requireLength(y.length);
    RingVector z = uninitialised(arena, modulus, length);
    Native.ringMultiply(arena.pool(), modulus.value(), length, memory(), y.memory(), z.memory());
    return z;
  }

  /**
   * Returns the share as an integer, shifted right (rounding down, or up), reduced modulo another
   * modulus.
   */
  public RingVector shift(Arena arena, int shift, boolean ceil, Modulus to) {
    RingVector z = uninitialised(arena, to, length);
    Native.ringShift(arena.pool(), length, shift, ceil, memory(), to.value(), z.memory());
    return z;
  }

  /**
   * Returns these residues in a smaller power of two. This is sound for additive shares modulo a
   * larger power of two, and free.
   */
  public RingVector reduce(Arena arena, Modulus to) {
    if (!modulus.isPowerOfTwo() || !to.isPowerOfTwo() || to.value() > modulus.value()) {
      throw new IllegalArgumentException("no free reduction from " + modulus + " to " + to);
    }
    return shift(arena, 0, false, to);
  }

  /** Returns digit i = [element i ≥ threshold], as integers. */
  public DigitVector atLeast(Arena arena, long threshold) {
    DigitVector d = DigitVector.uninitialised(arena, 1, length);
    Native.ringAtLeast(arena.pool(), length, threshold, memory(), d.memory());
    return d;
  }

  /** Returns the bits [from, from + width) of every element. */
  public DigitVector digits(Arena arena, int from, int width) {
    DigitVector d = DigitVector.uninitialised(arena, width, length);
    digits(from, width, d);
    return d;
  }

  /** Writes bits [from, from + width) of every element into a vector or view of this length. */
  public void digits(int from, int width, DigitVector into) {
    requireLength(into.length());
    Native.ringDigits(arena.pool(), length, from, width, memory(), into.memory());
  }

  /** Returns bit·this. */
  public RingVector whereSet(Arena arena, DigitVector bits) {
    return select(arena, bits, false);
  }

  /** Returns (1 − 2·bit)·this. */
  public RingVector negatedWhereSet(Arena arena, DigitVector bits) {
    return select(arena, bits, true);
  }

  private RingVector select(Arena arena, DigitVector bits, boolean signed) {
    requireLength(bits.length());
    RingVector z = uninitialised(arena, modulus, length);
    Native.ringSelect(
        arena.pool(), modulus.value(), length, signed, bits.memory(), memory(), z.memory());
    return z;
  }

  /** Packs the vector into a fresh message, ready to send. */
  public ArrowBuf pack(Arena arena) {
    long size = modulus.packedBytes(length);
    ArrowBuf out = arena.message(size);
    Native.ringPack(arena.pool(), modulus.value(), length, memory(), Arena.readable(out));
    return out;
  }

  /** Reads a packed message of exactly {@code length} elements; does not close it. */
  public static RingVector unpack(Arena arena, Modulus modulus, long length, ArrowBuf packed) {
    RingVector v = uninitialised(arena, modulus, length);
    try {
      Native.ringUnpack(arena.pool(), modulus.value(), length, Arena.readable(packed), v.memory());
      return v;
    } catch (RuntimeException e) {
      v.close();
      throw e;
    }
  }

  private void requireSame(Modulus other) {
    if (!modulus.equals(other)) {
      throw new IllegalArgumentException("mixed moduli: " + modulus + " and " + other);
    }
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
