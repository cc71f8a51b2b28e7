// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.checkpoint.Safetensors;
import io.secmoe.model.checkpoint.SafetensorsFile;
import io.secmoe.model.checkpoint.SafetensorsFile.Floats;
import io.secmoe.model.checkpoint.TensorFiles;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.family.switchtransformer.SwitchCheckpoints;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A checkpoint in six files with an index, as the library saves it, and what can be wrong with one.
 */
class ShardedCheckpointTest {
  private static final String SECOND = "model-00002-of-00006.safetensors";

  @TempDir Path directory;

  @BeforeEach
  void copy() {
    SwitchCheckpoints.copy("sharded", directory, config -> {});
  }

  @Test
  void isTheModelOfOneFileAndHasADigestOfItsOwn() throws Exception {
    String digest;
    int tensors;
    try (TensorFiles files = TensorFiles.open(directory)) {
      digest = files.sha256();
      tensors = files.names().size();
      assertEquals(
          32,
          files.tensor("encoder.block.1.layer.1.mlp.experts.expert_3.wi.weight").shape().get(0));
    }
    // A tensor's bit and the files' order count, the index's formatting does not.
    Path index = directory.resolve("model.safetensors.index.json");
    Files.writeString(index, Files.readString(index).replace("\n", ""));
    assertEquals(digest, digest());
    flipLastBit(directory.resolve(SECOND));
    assertNotEquals(digest, digest());
    assertTrue(tensors > 20, tensors + " tensors");
  }

  @Test
  void anIndexMayNameATensorThatAShardHasUnderAnotherName() throws Exception {
    Path index = directory.resolve("model.safetensors.index.json");
    String json = Files.readString(index);
    String name = "encoder.final_layer_norm.weight";
    Path shard =
        directory.resolve(
            json.replaceAll("(?s).*\"" + Pattern.quote(name) + "\": \"([^\"]+)\".*", "$1"));
    int[][] ids = {{1, 2, 3}};
    double[][] expected = FloatModel.load(directory).run(ids).embeddings();
    Map<String, Floats> tensors = new LinkedHashMap<>();
    try (Safetensors file = Safetensors.open(shard)) {
      file.names()
          .forEach(
              tensor ->
                  tensors.put(
                      tensor.equals(name) ? "kept" : tensor,
                      new Floats(
                          file.tensor(tensor).shape().stream().mapToLong(Long::longValue).toArray(),
                          file.tensor(tensor).toFloats())));
    }
    Files.writeString(
        index,
        json.replace(
            "\"" + name + "\"", "\"kept\": \"" + shard.getFileName() + "\", \"" + name + "\""));
    SafetensorsFile.write(shard, tensors);
    assertRefused("tensor " + name, "the tensor is missing");
    SafetensorsFile.write(shard, tensors, Map.of(name, "kept"));
    assertArrayEquals(expected, FloatModel.load(directory).run(ids).embeddings());
  }

  @Test
  void oneFileIsTakenWhereThereIsOneAsTheLibraryDoes() {
    Path single = SafetensorsFile.write(directory.resolve("model.safetensors"), Map.of());
    try (TensorFiles files = TensorFiles.open(directory)) {
      assertTrue(files.names().isEmpty());
    }
    assertTrue(Files.exists(single));
  }

  @Test
  void everyShardIsReadAndNamedWhenItIsMissingOrBroken() throws Exception {
    Path second = directory.resolve(SECOND);
    byte[] right = Files.readAllBytes(second);
    for (int length : new int[] {0, 5, 100, right.length - 1}) {
      Files.write(second, Arrays.copyOf(right, length));
      assertRefused(SECOND, "");
    }
    Files.write(second, new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0, 0, 0});
    assertRefused(SECOND + ": it is a PyTorch or pickle file", "");
    Files.delete(second);
    assertRefused(SECOND + ": there is no such file", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "00002-of-00006|00003-of-00006|says that it is in model-00003-of-00006.safetensors",
        "encoder.block.0.layer.0.SelfAttention.o.weight|nobody.weight|does not name it",
        "model-00002-of-00006.safetensors|../model.safetensors|is no name of a .safetensors file in"
            + " this directory",
        "model-00002-of-00006.safetensors|weights.bin|is no name of a .safetensors file in this"
            + " directory",
        "model-00002-of-00006.safetensors|weights/a.safetensors|is no name of a .safetensors file"
            + " in this directory",
        "weight_map|weights|\"weight_map\" is missing",
        "\"weight_map\": {|\"weight_map\": {}, \"x\": {|it names no tensor",
        "\"weight_map\": {|\"weight_map\": {\"ghost\": \"model-00001-of-00006.safetensors\",|tensor"
            + " ghost: the tensor is missing",
      })
  void anIndexThatIsWrongIsRefused(String right, String wrong, String problem) throws Exception {
    Path index = directory.resolve("model.safetensors.index.json");
    String json = Files.readString(index);
    assertTrue(json.contains(right), right);
    Files.writeString(index, json.replaceFirst(Pattern.quote(right), wrong));
    assertRefused("", problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pytorch_model.bin",
        "model.pt",
        "weights.pth",
        "last.ckpt",
        "pytorch_model.bin.index.json"
      })
  void picklesAreRefusedByName(String name) throws Exception {
    try (var files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().contains("safetensors")).toList()) {
        Files.delete(file);
      }
    }
    Files.write(directory.resolve(name), new byte[64]);
    assertRefused(name, "PyTorch or pickle checkpoint, which can run code when opened");
  }

  private String digest() {
    try (TensorFiles files = TensorFiles.open(directory)) {
      return files.sha256();
    }
  }

  private void assertRefused(String where, String problem) {
    ModelException refused = assertThrows(ModelException.class, () -> FloatModel.load(directory));
    assertTrue(
        refused.getMessage().contains(where) && refused.getMessage().contains(problem),
        refused.getMessage());
  }

  private static void flipLastBit(Path file) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.seek(content.length() - 1);
      int last = content.read();
      content.seek(content.length() - 1);
      content.write(last ^ 1);
    }
  }
}
