// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

import static io.secmoe.jni.OffHeap.at;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.jni.NativeException.Code;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Ids are checked, lengths are checked, and every failure is a NativeException with the right code.
 */
class HandleTest {
  private static final int[] PRIMES = {60, 50, 60, 48};
  private static final long T = 2198738042881L;

  private int before;

  @BeforeEach
  void count() {
    before = Native.liveHandles();
  }

  @AfterEach
  void nothingLeaks() {
    assertEquals(before, Native.liveHandles());
  }

  private static void fails(Code code, Executable call) {
    assertEquals(code, assertThrows(NativeException.class, call).code());
  }

  @Test
  void closingTwiceIsHarmlessAndFinal() {
    NativeHandle pool = new NativeHandle(Native.poolNew(1));
    long id = pool.id();
    assertEquals(before + 1, Native.liveHandles());
    pool.close();
    pool.close();
    fails(Code.CLOSED_HANDLE, pool::id);
    fails(Code.CLOSED_HANDLE, pool::take);
    fails(Code.CLOSED_HANDLE, () -> Native.poolCancel(id));
    Native.free(id);
  }

  @Test
  void takingClosesTheOwner() {
    NativeHandle pool = new NativeHandle(Native.poolNew(1));
    long id = pool.take();
    fails(Code.CLOSED_HANDLE, pool::id);
    pool.close();
    Native.poolCancel(id);
    Native.free(id);
  }

  @Test
  void foreignAndWrongIdsAreRefused() {
    fails(Code.CLOSED_HANDLE, () -> Native.poolCancel(0));
    fails(Code.CLOSED_HANDLE, () -> Native.poolCancel(-1));
    fails(Code.CLOSED_HANDLE, () -> Native.heClientKeys(1L << 62));
    try (NativeHandle pool = new NativeHandle(Native.poolNew(1))) {
      fails(Code.CLOSED_HANDLE, () -> Native.heAnswerBytes(pool.id()));
      fails(Code.CLOSED_HANDLE, () -> Native.heServerKeys(pool.id(), null));
    }
  }

  @Test
  void wrongArgumentsAreRefused() {
    fails(Code.BAD_ARGUMENT, () -> Native.poolNew(0));
    fails(Code.BAD_ARGUMENT, () -> Native.poolNew(-1));
    fails(Code.BAD_ARGUMENT, () -> Native.heParams(null, T));
    fails(Code.BAD_PARAMETERS, () -> Native.heParams(PRIMES, T - 2));
    fails(Code.BAD_PARAMETERS, () -> Native.heParams(PRIMES, -T));
    NativeException weak =
        assertThrows(NativeException.class, () -> Native.heParams(new int[] {60, 60, 60, 60}, T));
    assertEquals(Code.BAD_PARAMETERS, weak.code());
    assertTrue(
        weak.getMessage().contains("not compliant with HomomorphicEncryption.org"),
        weak.getMessage());
  }

  @Test
  void wrongLengthsAndAddressesAreRefused() {
    try (OffHeap memory = new OffHeap();
        NativeHandle pool = new NativeHandle(Native.poolNew(1));
        NativeHandle params = new NativeHandle(Native.heParams(PRIMES, T));
        NativeHandle keys = new NativeHandle(Native.heClientKeys(params.id()));
        NativeHandle matrix = new NativeHandle(Native.heMatrix(params.id(), 2, 1))) {
      long fresh = Native.heFreshBytes(params.id(), 2);
      long values = memory.longs(1, 2);
      long out = memory.bytes(fresh);
      Executable good =
          () -> Native.heEncrypt(pool.id(), keys.id(), 2, at(values, 16), 1, 2, at(out, fresh));
      fails(
          Code.BAD_ARGUMENT,
          () -> Native.heEncrypt(pool.id(), keys.id(), 2, at(values, 8), 1, 2, at(out, fresh)));
      fails(
          Code.BAD_ARGUMENT,
          () ->
              Native.heEncrypt(pool.id(), keys.id(), 2, at(values, 16), 1, 2, at(out, fresh - 1)));
      fails(
          Code.BAD_ARGUMENT,
          () -> Native.heEncrypt(pool.id(), keys.id(), 2, at(0, 16), 1, 2, at(out, fresh)));
      fails(
          Code.BAD_ARGUMENT,
          () ->
              Native.heEncrypt(pool.id(), keys.id(), 2, at(values + 4, 16), 1, 2, at(out, fresh)));
      fails(
          Code.BAD_ARGUMENT,
          () -> Native.heEncrypt(pool.id(), keys.id(), 2, at(values, 16), -1, 2, at(out, fresh)));
      fails(
          Code.MALFORMED_MESSAGE,
          () -> Native.heLoad(pool.id(), matrix.id(), 0, 1, at(out, fresh - 1), null, 2));
      memory.fill(out, fresh, 0xFF);
      fails(
          Code.MALFORMED_MESSAGE,
          () -> Native.heLoad(pool.id(), matrix.id(), 0, 1, at(out, fresh), null, 2));
      assertDoesNotThrow(good);
      Native.heLoad(pool.id(), matrix.id(), 0, 1, at(out, fresh), null, 2);
      fails(
          Code.BAD_ARGUMENT,
          () -> Native.heLoad(pool.id(), matrix.id(), 0, 1, at(out, fresh), null, 2));
      fails(Code.MALFORMED_MESSAGE, () -> Native.heServerKeys(params.id(), at(out, fresh)));
      Native.poolCancel(pool.id());
      fails(Code.CANCELLED, good);
    }
  }

  @Test
  void platformsAreNamed() {
    assertEquals("linux-x86_64", NativeLoader.platform("Linux", "amd64"));
    assertEquals("mac-os-x-aarch64", NativeLoader.platform("Mac OS X", "aarch64"));
    assertTrue(
        Native.version().matches("\\d+\\.\\d+\\.\\d+ \\(SEAL 4\\.0\\.\\d+\\)"), Native.version());
  }
}
