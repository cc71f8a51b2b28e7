// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.memory;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The root of SecMoE's off-heap memory in this JVM. There is one, for as long as the JVM lives,
 * because Arrow moves buffers without a copy only under one root. Every user of memory makes a
 * child of its own and checks it for leaks when it closes.
 */
public final class JvmMemory {
  private static final BufferAllocator ROOT = new RootAllocator();

  private JvmMemory() {}

  public static BufferAllocator root() {
    return ROOT;
  }
}
