package io.secmoe.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reader finds without running anything: notebooks with their outputs, small enough for a repository. */
class CheckedInNotebooksTest {
  private static final long MOST_BYTES = 500_000;

  @ParameterizedTest
  @ValueSource(strings = {"private-digits.ipynb", "private-digits-java.ipynb", "where-the-bytes-go.ipynb"})
  void showsWhatItsCellsMade(String name) throws Exception {
    Notebook.read(Path.of(name)).assertShown();
    assertTrue(Files.size(Path.of(name)) < MOST_BYTES, name + " is small");
  }
}
