// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.process;

import io.secmoe.jni.Native;

/**
 * Loads the native library when a plugin starts, so that a machine without one is found before the
 * first batch.
 */
public final class NativeCheck {
  private NativeCheck() {}

  /**
   * Loads the native library and asks it for its version.
   *
   * @throws IllegalStateException naming the library, the platform and the remedy if the library
   *     cannot be loaded or does not work
   */
  public static void load() {
    try {
      if (Native.version().isBlank() || Native.liveHandles() < 0) {
        throw new UnsatisfiedLinkError(
            "SecMoE's native library answers nonsense; install one release of all of SecMoE's"
                + " jars");
      }
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "the native library of SecMoE (libsecmoe.so) does not work on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ": "
              + reason(e),
          e);
    }
  }

  /**
   * Returns the reason of a failure. Java tells only once why a class cannot be initialised, and
   * refers to that afterwards.
   */
  private static String reason(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage()
        + "; put SecMoE's jar for this platform on the class path of driver and executors";
  }
}
