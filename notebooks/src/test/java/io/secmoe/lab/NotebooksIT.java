// SPDX-License-Identifier: Apache-2.0
package io.secmoe.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Executes the notebooks as their readers do, into target/executed, and looks at what stands there
 * and in the checked-in files.
 */
@Timeout(3600)
class NotebooksIT {
  private static final Path FOLDER = Path.of("").toAbsolutePath();
  private static final Path EXECUTED = FOLDER.resolve("target/executed");
  private static final String CELL_SECONDS = "2400";

  private static Lab lab;

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.start(FOLDER);
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"private-digits.ipynb", "private-digits-java.ipynb", "where-the-bytes-go.ipynb"})
  void runsAndHoldsWhatItSays(String name) throws Exception {
    byte[] before = Files.readAllBytes(FOLDER.resolve(name));
    assertEquals(0, execute(FOLDER.resolve(name), EXECUTED.resolve(name)), () -> log());
    assertArrayEquals(
        before, Files.readAllBytes(FOLDER.resolve(name)), "the checked-in file is only read");
    Notebook executed = Notebook.read(EXECUTED.resolve(name));
    executed.assertShown();
    assertTrue(executed.assertions() >= 3, "it asserts what it says");
  }

  /** An assertion that does not hold must fail the build, in either kernel. */
  @ParameterizedTest
  @ValueSource(strings = {"python3", "java"})
  void aFalseAssertionFails(String kernel, @TempDir Path folder) throws Exception {
    Path file = folder.resolve("false.ipynb");
    String condition =
        kernel.equals("java")
            ? "assert 1 == 2 : \\\"one is not two\\\";"
            : "assert 1 == 2, \\\"one is not two\\\"";
    Files.writeString(
        file,
        """
        {"cells": [{"cell_type": "code", "id": "a", "execution_count": null, "metadata": {}, \
        "outputs": [], "source": ["%s"]}],
         "metadata": {"kernelspec": {"display_name": "k", "language": "k", "name": "%s"}}, \
         "nbformat": 4, "nbformat_minor": 5}
        """
            .formatted(condition, kernel));
    assertNotEquals(0, execute(file, folder.resolve("result.ipynb")));
    assertTrue(log().contains("one is not two"), log());
  }

  @Test
  void errorsKeepTheirTextInPySpark() throws Exception {
    assertEquals(0, run(FOLDER.resolve("src/test/python/errors.py").toString()), () -> log());
  }

  @Test
  void anEnvironmentIsMadeOnce() throws Exception {
    PythonEnvironment again =
        PythonEnvironment.of(FOLDER.resolve(".venv"), FOLDER.resolve("requirements.txt"));
    assertEquals(lab.python().program("python"), again.program("python"));
    try (var packages = Files.walk(again.program("python").getParent().getParent(), 4)) {
      assertTrue(
          packages.noneMatch(path -> path.getFileName().toString().equals("torch")),
          "without PyTorch");
    }
  }

  private static int execute(Path notebook, Path result) throws Exception {
    return run(
        FOLDER.resolve("src/main/scripts/execute.py").toString(),
        notebook.toString(),
        result.toString(),
        CELL_SECONDS);
  }

  /** Returns the exit code of a Python program; its output is in {@link #log}. */
  private static int run(String... arguments) throws Exception {
    Process process =
        lab.python("python", arguments)
            .redirectErrorStream(true)
            .redirectOutput(FOLDER.resolve("target/servers/execute.log").toFile())
            .start();
    try {
      assertTrue(process.waitFor(25, TimeUnit.MINUTES), "it takes too long");
      return process.exitValue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String log() {
    try {
      return Files.readString(FOLDER.resolve("target/servers/execute.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
