// SPDX-License-Identifier: Apache-2.0
package io.secmoe.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.secmoe.jni.Native;
import io.secmoe.jni.NativeException;
import io.secmoe.model.checkpoint.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ids are those of the Python library, for tokenizers of the kinds that models come with;
 * make_tokenizers.py made both.
 */
class TokenizerTest {
  private static final Path FOLDER = Path.of("src/test/resources/io/secmoe/tokenizer");

  private static JsonNode expected(String kind) throws IOException {
    return new ObjectMapper().readTree(FOLDER.resolve(kind + ".ids.json").toFile());
  }

  private static int[] ids(JsonNode row) {
    return IntStream.range(0, row.get("ids").size())
        .map(i -> row.get("ids").get(i).intValue())
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unigram",
        "byte-level",
        "byte-fallback",
        "word-piece",
        "line-anchors",
        "posix-classes",
        "anchored-words"
      })
  void idsAreThoseOfTheLibrary(String kind) throws IOException {
    int longest = 0;
    try (Tokenizer tokenizer = Tokenizer.open(FOLDER.resolve(kind + ".json"))) {
      for (JsonNode row : expected(kind)) {
        String text = row.get("text").textValue();
        assertArrayEquals(ids(row), tokenizer.encode(text), () -> kind + ": " + text);
        longest = Math.max(longest, row.get("ids").size());
      }
    }
    assertTrue(longest > 60, "the file's truncation to 4 tokens would not show");
  }

  @Test
  void threadsMayShareOne() throws IOException {
    JsonNode rows = expected("unigram");
    try (Tokenizer tokenizer = Tokenizer.open(FOLDER.resolve("unigram.json"))) {
      assertTrue(
          IntStream.range(0, 400)
              .parallel()
              .allMatch(
                  i -> {
                    JsonNode row = rows.get(i % rows.size());
                    return Arrays.equals(ids(row), tokenizer.encode(row.get("text").textValue()));
                  }));
    }
  }

  /** 18 letters in a character of three bytes: more ids than there is room for at first. */
  @Test
  void aTextMayHaveMoreIdsThanBytes() {
    try (Tokenizer tokenizer = Tokenizer.open(FOLDER.resolve("unigram.json"))) {
      int[] one = tokenizer.encode("\uFDFA");
      int[] many = tokenizer.encode("\uFDFA".repeat(50));
      assertTrue(one.length > 3 && many.length > 214, one.length + " and " + many.length);
    }
  }

  @Test
  void closingFreesItAndEndsItsUse() {
    int before = Native.liveHandles();
    Tokenizer tokenizer = Tokenizer.open(FOLDER.resolve("word-piece.json"));
    assertEquals(before + 1, Native.liveHandles());
    tokenizer.close();
    tokenizer.close();
    assertEquals(before, Native.liveHandles());
    assertThrows(NativeException.class, () -> tokenizer.encode("a"));
  }

  @Test
  void textsThatHaveNoIdsAreErrorsThatDoNotRepeatThem(@TempDir Path folder) throws IOException {
    String json =
        "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[],"
            + "\"normalizer\":null,\"pre_tokenizer\":"
            + "{\"type\":\"Whitespace\"},\"post_processor\":null,\"decoder\":null,"
            + "\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0},"
            + "\"unk_token\":\"none\"}}";
    try (Tokenizer tokenizer =
        Tokenizer.open(Files.writeString(folder.resolve("tokenizer.json"), json))) {
      assertArrayEquals(new int[] {0, 0}, tokenizer.encode("a a"));
      assertArrayEquals(new int[0], tokenizer.encode(""));
      for (Throwable e = assertThrows(TokenizerException.class, () -> tokenizer.encode("a secret"));
          e != null;
          e = e.getCause()) {
        assertFalse(e.getMessage().contains("secret"), e.getMessage());
      }
      assertThrows(TokenizerException.class, () -> tokenizer.encode(new byte[] {'a', (byte) 0xff}));
    }
  }

  @Test
  void otherFilesAreRefusedByName(@TempDir Path folder) throws IOException {
    assertTrue(refusal(folder.resolve("none.json")).contains("no such file"));
    assertTrue(refusal(folder).contains("no such file"));
    assertTrue(refusal(Files.createFile(folder.resolve("empty.json"))).contains("empty.json"));
    assertTrue(
        refusal(Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"t5\"}"))
            .contains("config.json"));
    byte[] whole = Files.readAllBytes(FOLDER.resolve("unigram.json"));
    assertTrue(
        refusal(Files.write(folder.resolve("cut.json"), Arrays.copyOf(whole, whole.length - 9)))
            .contains("cut.json"));
  }

  private static String refusal(Path file) {
    return assertThrows(ModelException.class, () -> Tokenizer.open(file)).getMessage();
  }
}
