// SPDX-License-Identifier: Apache-2.0
package io.secmoe.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A process of the tests, whose output goes to two files, and which ends when its standard input is
 * closed.
 */
final class Submitted implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 600;
  private static final long END_SECONDS = 30;

  private final Process process;
  private final Path out;
  private final Path err;

  /**
   * @param name of the two files
   */
  Submitted(ProcessBuilder builder, Path folder, String name) throws IOException {
    out = folder.resolve(name + ".out");
    err = folder.resolve(name + ".err");
    process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  boolean alive() {
    return process.isAlive();
  }

  String out() {
    return text(out);
  }

  String err() {
    return text(err);
  }

  /** Returns the last whole line on standard error. */
  String lastLine() {
    String text = err();
    int end = text.lastIndexOf('\n');
    return end < 0 ? "" : text.substring(text.lastIndexOf('\n', end - 1) + 1, end);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  /** Waits until it holds, while the process lives. */
  void await(String what, BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertTrue(
          process.isAlive() && System.nanoTime() < until,
          () -> what + " did not come\n" + out() + err());
      Thread.sleep(50);
    }
  }

  void assertExit(int code) throws InterruptedException {
    assertTrue(
        process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "it does not end\n" + err());
    assertEquals(code, process.exitValue(), () -> out() + err());
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      // Then it is closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
