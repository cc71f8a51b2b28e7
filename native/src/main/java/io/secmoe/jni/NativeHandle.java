// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Owner of one native object. Closing is idempotent and final; there is no finaliser, because an
 * object that is kept alive until the collector gets to it keeps its secrets alive too. Subclasses
 * name the kind of object; the Rust side checks it again.
 */
public class NativeHandle implements AutoCloseable {
  private final AtomicLong id;

  public NativeHandle(long id) {
    this.id = new AtomicLong(id);
  }

  /** Returns the id for a native call; throws once closed or taken. */
  public final long id() {
    long value = id.get();
    if (value == 0) {
      throw new NativeException(
          NativeException.Code.CLOSED_HANDLE.ordinal(), getClass().getSimpleName() + " is closed");
    }
    return value;
  }

  /**
   * Returns hands the id to a native call that destroys the object: afterwards this owner is
   * closed.
   */
  public final long take() {
    long value = id.getAndSet(0);
    if (value == 0) {
      throw new NativeException(
          NativeException.Code.CLOSED_HANDLE.ordinal(), getClass().getSimpleName() + " is closed");
    }
    return value;
  }

  @Override
  public final void close() {
    long value = id.getAndSet(0);
    if (value != 0) {
      Native.free(value);
    }
  }
}
