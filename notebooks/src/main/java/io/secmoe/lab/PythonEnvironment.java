// SPDX-License-Identifier: Apache-2.0
package io.secmoe.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A virtual environment with exactly what a requirements file lists. Its folder is named by the
 * hash of that file and of the Python that made it, so that it is made once and made anew when
 * either changes.
 */
final class PythonEnvironment {
  private static final String PYTHON = "python3";
  private static final int NAME_DIGITS = 12;

  private final Path folder;

  private PythonEnvironment(Path folder) {
    this.folder = folder;
  }

  /**
   * Finds or makes the environment; an unfinished one is made anew.
   *
   * @param parent where environments are kept
   * @throws IOException if Python, its venv module or a package is missing; what they say is in the
   *     message
   */
  static PythonEnvironment of(Path parent, Path requirements)
      throws IOException, InterruptedException {
    String python = output(List.of(PYTHON, "--version"));
    Path folder = parent.toAbsolutePath().resolve(hash(python, Files.readAllBytes(requirements)));
    PythonEnvironment environment = new PythonEnvironment(folder);
    Path complete = folder.resolve("complete");
    if (!Files.exists(complete)) {
      delete(folder);
      Files.createDirectories(parent);
      output(List.of(PYTHON, "-m", "venv", folder.toString()));
      environment.install(requirements);
      Files.createFile(complete);
    }
    return environment;
  }

  /** Adds packages; does nothing for those that are there. */
  void install(Path requirements) throws IOException, InterruptedException {
    output(
        List.of(
            program("python").toString(),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
            requirements.toString()));
  }

  /** Returns a program of the environment. */
  Path program(String name) {
    return folder.resolve("bin").resolve(name);
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException(
          String.join(" ", command)
              + " failed with exit code "
              + code
              + "; the notebooks need Python 3.11 or later with its venv module, and the packages"
              + " of requirements.txt:\n"
              + text);
    }
    return text;
  }

  private static String hash(String python, byte[] requirements) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(python.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(requirements)).substring(0, NAME_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file :
            Arrays.asList(files.sorted(Comparator.reverseOrder()).toArray(Path[]::new))) {
          Files.delete(file);
        }
      }
    }
  }
}
