// SPDX-License-Identifier: Apache-2.0
package io.secmoe.ring;

import io.secmoe.jni.NativeBuffer;
import io.secmoe.jni.NativeHandle;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The off-heap memory of one attempt. Vectors and messages normally give their buffers back
 * themselves. If a failure leaves buffers behind, the attempt wipes and releases them when it
 * closes its arena, so no path leaks. An arena belongs to one thread. Arithmetic on its vectors
 * runs on the attempt's workers, once the arena knows them.
 */
public final class Arena implements AutoCloseable {
  private final BufferAllocator allocator;
  private final Set<ArrowBuf> live = Collections.newSetFromMap(new IdentityHashMap<>());
  private NativeHandle pool;

  /** Takes ownership of the allocator, which is usually a child made for the attempt. */
  public Arena(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  public BufferAllocator allocator() {
    return allocator;
  }

  /**
   * Makes {@code workers} do the arithmetic on vectors of this arena from now on. The caller closes
   * them.
   */
  public void runOn(NativeHandle workers) {
    if (pool != null) {
      throw new IllegalStateException("the arena has a pool");
    }
    pool = workers;
  }

  /**
   * Returns the pool for native calls on vectors of this arena; 0, the caller's thread, before
   * {@link #runOn}.
   */
  public long pool() {
    return pool == null ? 0 : pool.id();
  }

  /** Returns a buffer of at least {@code bytes}, uninitialised. */
  public ArrowBuf buffer(long bytes) {
    ArrowBuf buffer = allocator.buffer(Math.max(8, bytes));
    live.add(buffer);
    return buffer;
  }

  /** Returns a buffer with exactly {@code bytes} readable bytes, for native code to fill. */
  public ArrowBuf message(long bytes) {
    ArrowBuf buffer = buffer(bytes);
    buffer.writerIndex(bytes);
    return buffer;
  }

  /** Returns the readable bytes of a buffer, as native code takes them. */
  public static NativeBuffer readable(ArrowBuf buffer) {
    return new NativeBuffer(buffer.memoryAddress(), buffer.readableBytes());
  }

  /** Wipes and releases a buffer; a second call for the same buffer does nothing. */
  public void release(ArrowBuf buffer) {
    if (live.remove(buffer)) {
      buffer.setZero(0, buffer.capacity());
      buffer.close();
    }
  }

  /** Hands a buffer over to another owner and returns it. */
  public ArrowBuf handOver(ArrowBuf buffer) {
    if (!live.remove(buffer)) {
      throw new IllegalStateException("buffer is not of this arena, or was released");
    }
    return buffer;
  }

  /**
   * Returns the number of buffers that are not given back: 0 at the end of a successful attempt.
   */
  public int liveBuffers() {
    return live.size();
  }

  @Override
  public void close() {
    for (ArrowBuf buffer : live.toArray(new ArrowBuf[0])) {
      release(buffer);
    }
    allocator.close();
  }
}
