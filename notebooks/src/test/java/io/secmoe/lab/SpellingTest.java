// SPDX-License-Identifier: Apache-2.0
package io.secmoe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checks the spelling of documents and comments in the whole repository. */
@Timeout(300)
class SpellingTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void everyWordIsInADictionary() throws Exception {
    PythonEnvironment environment =
        PythonEnvironment.of(Path.of(".venv"), ROOT.resolve("style/requirements.txt"));
    Process check =
        new ProcessBuilder(
                environment.program("python").toString(),
                ROOT.resolve("style/spelling.py").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(check.waitFor(1, TimeUnit.MINUTES));
    assertEquals(0, check.exitValue(), said);
  }
}
