// SPDX-License-Identifier: Apache-2.0
package io.secmoe.ring;

/** Computes sizes of bit-packed vectors. An element on the wire is never wider than its ring. */
public final class Packed {
  private Packed() {}

  /** Returns ⌈n·width/8⌉. */
  public static long bytes(long n, int width) {
    return Math.addExact(Math.multiplyExact(n, (long) width), 7) / 8;
  }
}
