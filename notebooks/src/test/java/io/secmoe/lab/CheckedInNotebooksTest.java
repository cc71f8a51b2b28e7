// SPDX-License-Identifier: Apache-2.0
package io.secmoe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The notebooks as a reader finds them without running anything: with their outputs, and small
 * enough for a repository.
 */
class CheckedInNotebooksTest {
  private static final long MAX_BYTES = 500_000;

  @ParameterizedTest
  @ValueSource(
      strings = {"private-digits.ipynb", "private-digits-java.ipynb", "where-the-bytes-go.ipynb"})
  void showsWhatItsCellsMade(String name) throws Exception {
    Notebook notebook = Notebook.read(Path.of(name));
    notebook.assertShown();
    assertEquals(List.of(), notebook.complaints(), "a reader sees no warnings");
    assertTrue(Files.size(Path.of(name)) < MAX_BYTES, name + " is small");
  }
}
