// SPDX-License-Identifier: Apache-2.0
package io.secmoe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks what the formatters leave: lines of texts and comments, in all modules. */
class LineLengthTest {
  private static final int MAX_LENGTH = 100;
  private static final List<String> MODULES =
      List.of("native", "spark-secmoe", "udf", "clusters", "workshop", "notebooks");

  @Test
  void noLineOfJavaOrRustIsLongerThanTheLimit() throws IOException {
    List<String> tooLong = new ArrayList<>();
    int files = 0;
    for (String module : MODULES) {
      try (Stream<Path> all = Files.walk(Path.of("..", module, "src"))) {
        for (Path file : all.filter(LineLengthTest::isSource).toList()) {
          files++;
          List<String> lines = Files.readAllLines(file);
          for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).codePointCount(0, lines.get(i).length()) > MAX_LENGTH) {
              tooLong.add(file + ":" + (i + 1));
            }
          }
        }
      }
    }
    assertTrue(files > 500, files + " files");
    assertEquals(List.of(), tooLong);
  }

  private static boolean isSource(Path file) {
    return file.toString().endsWith(".java") || file.toString().endsWith(".rs");
  }
}
