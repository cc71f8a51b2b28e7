// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

/**
 * An off-heap buffer that a native method reads or writes. The caller owns the memory and keeps it
 * alive during the call. The Rust side checks the length against the length it needs before it
 * touches the buffer. Native methods take null for an absent buffer where they say so.
 *
 * @param address the address of the first byte
 * @param bytes the length in bytes
 */
public record NativeBuffer(long address, long bytes) {}
