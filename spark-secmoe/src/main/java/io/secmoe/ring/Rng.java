// SPDX-License-Identifier: Apache-2.0
package io.secmoe.ring;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeHandle;

/** A generator of uniform shares for one attempt of one party, keyed from the operating system. */
public final class Rng extends NativeHandle {
  public Rng() {
    super(Native.rng());
  }
}
