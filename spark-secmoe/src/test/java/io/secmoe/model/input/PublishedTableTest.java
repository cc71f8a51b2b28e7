// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.layer.EmbeddingShape;
import io.secmoe.linear.Weights;
import io.secmoe.model.checkpoint.ModelException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A published table is the server's, number by number, and no other file passes for it. */
class PublishedTableTest {
  private static final EmbeddingShape SHAPE = EmbeddingShape.balanced(7, 3, 9, 3);

  @TempDir Path folder;

  private Path file;
  private double[] table;

  @BeforeEach
  void publish() throws IOException {
    Random random = new Random(23);
    table = random.doubles(21, -3.9, 3.9).toArray();
    file = write(SHAPE);
  }

  private Path write(EmbeddingShape shape) throws IOException {
    Path path = folder.resolve("table.safetensors");
    try (OutputStream out = Files.newOutputStream(path)) {
      TablePublisher.write(shape, i -> table[(int) i], out);
    }
    return path;
  }

  private EmbeddingShape published() {
    return SHAPE.publishedAs(TablePublisher.digest(SHAPE, i -> table[(int) i]));
  }

  @Test
  void entriesAreTheQuantisedOnes() {
    PublishedTable read = PublishedTable.open(file, published());
    for (int i = 0; i < table.length; i++) {
      assertEquals(Math.scalb((double) Math.round(Math.scalb(table[i], 9)), -9), read.at(i));
    }
  }

  /** Halves hold every quantised number at every fraction. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8, 11, 12})
  void allNumbersSurvive(int fraction) throws IOException {
    EmbeddingShape all = EmbeddingShape.balanced(2 * Weights.LIMIT + 1, 1, fraction, 12);
    table = new double[all.vocabulary()];
    Arrays.setAll(table, i -> Math.scalb((double) i - Weights.LIMIT, -fraction));
    PublishedTable read =
        PublishedTable.open(
            write(all), all.publishedAs(TablePublisher.digest(all, i -> table[(int) i])));
    for (int i = 0; i < table.length; i++) {
      assertEquals(table[i], read.at(i));
    }
  }

  /** Entries of two limbs have up to 22 bits with their sign. */
  @Test
  void largeNumbersSurvive() throws IOException {
    EmbeddingShape two = EmbeddingShape.balanced(7, 3, 12, 2, 11);
    table = new double[21];
    Arrays.setAll(table, i -> Math.scalb((1 - i % 2 * 2) * ((1L << 22) - 1025.0 - i), -12));
    PublishedTable read =
        PublishedTable.open(
            write(two), two.publishedAs(TablePublisher.digest(two, i -> table[(int) i])));
    for (int i = 0; i < table.length; i++) {
      assertEquals(table[i], read.at(i));
    }
  }

  @Test
  void equalTablesAreEqualFiles() throws IOException {
    byte[] first = Files.readAllBytes(file);
    assertArrayEquals(first, Files.readAllBytes(write(SHAPE)));
    assertEquals(0, (first.length - 42) % 8, "data are aligned");
  }

  @Test
  void otherFilesAreRefusedByName() throws IOException {
    EmbeddingShape pinned = published();
    assertTrue(refusal(file, SHAPE).contains("private"));
    assertTrue(refusal(folder.resolve("none"), pinned).contains("no such file"));
    table[3] += 1.0 / 256;
    assertTrue(refusal(write(SHAPE), pinned).contains("SHA-256"));
    EmbeddingShape turned = EmbeddingShape.balanced(3, 7, 9, 3);
    String digest = TablePublisher.digest(turned, i -> table[(int) i]);
    assertTrue(refusal(write(turned), SHAPE.publishedAs(digest)).contains("shape [3, 7]"));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThrows(ModelException.class, () -> PublishedTable.open(file, pinned));
  }

  /** Found when the file is opened: an error of a look-up would tell which token was looked up. */
  @Test
  void numbersThatAreNotFiniteAreRefusedBeforeAnyLookUp() throws Exception {
    byte[] whole = Files.readAllBytes(file);
    whole[whole.length - 5] = 0x7c;
    whole[whole.length - 6] = 0;
    Files.write(file, whole);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(whole));
    assertTrue(refusal(file, SHAPE.publishedAs(digest)).contains("infinite"));
  }

  private static String refusal(Path path, EmbeddingShape shape) {
    return assertThrows(ModelException.class, () -> PublishedTable.open(path, shape)).getMessage();
  }
}
