// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** Loads the library that travels inside the jar, one file per platform under {@code /native}. */
final class NativeLoader {
  private NativeLoader() {}

  /**
   * Copies this platform's library to a temporary file, loads it and removes the file again: the
   * mapping stays valid.
   *
   * @throws UnsatisfiedLinkError naming the platform if the jar holds no library for it, or the
   *     temporary folder if the system refuses to load from there
   */
  static void load() {
    String resource = "/native/" + platform() + "/libsecmoe.so";
    try (InputStream library = NativeLoader.class.getResourceAsStream(resource)) {
      if (library == null) {
        throw new UnsatisfiedLinkError(
            "SecMoE has no native library for "
                + platform()
                + " ("
                + resource
                + " is not in the jar); build the native module on this platform");
      }
      load(library);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "unpacking SecMoE's native library into " + System.getProperty("java.io.tmpdir"), e);
    }
  }

  private static void load(InputStream library) throws IOException {
    Path file = Files.createTempFile("libsecmoe", ".so");
    try {
      Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
      System.load(file.toString());
    } catch (UnsatisfiedLinkError e) {
      UnsatisfiedLinkError named =
          new UnsatisfiedLinkError(
              "SecMoE's native library cannot be loaded from "
                  + file
                  + "; if that folder is mounted noexec, point java.io.tmpdir elsewhere: "
                  + e.getMessage());
      named.initCause(e);
      throw named;
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Returns operating system and processor, as in {@code linux-x86_64}. */
  static String platform() {
    return platform(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static String platform(String os, String processor) {
    String arch = processor.equals("amd64") ? "x86_64" : processor;
    return os.toLowerCase(Locale.ROOT).replace(' ', '-') + "-" + arch;
  }
}
