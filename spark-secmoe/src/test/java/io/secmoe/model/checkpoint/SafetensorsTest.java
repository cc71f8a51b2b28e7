// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.checkpoint.SafetensorsFile.Floats;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir Path directory;

  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("model.safetensors");
  }

  @Test
  void floatsComeBackByNameAndIndex() {
    Map<String, Floats> tensors = new LinkedHashMap<>();
    tensors.put(
        "second", new Floats(new long[] {2, 3}, new float[] {1, -2.5f, 3e-30f, 4e30f, 0, -0f}));
    tensors.put("first", new Floats(new long[] {1}, new float[] {7}));
    SafetensorsFile.write(file, tensors);
    try (Safetensors opened = Safetensors.open(file)) {
      assertEquals(List.of("second", "first"), List.copyOf(opened.names()));
      Tensor second = opened.tensor("second");
      assertEquals(List.of(2L, 3L), second.shape());
      assertEquals(DataType.F32, second.type());
      assertEquals(6, second.size());
      assertEquals(-2.5f, second.at(1));
      assertEquals(4e30f, (float) second.largest());
      assertArrayEquals(tensors.get("second").values(), second.toFloats());
      assertEquals(7, opened.tensor("first").at(0));
      assertThrows(ModelException.class, () -> opened.tensor("third"));
    }
  }

  @Test
  void narrowAndWideTypesComeBack() {
    short[] halves = {0x3c00, (short) 0xc100, 0x0001, 0x7bff, 0x0400, (short) 0x8000};
    float[] fromHalves = {1, -2.5f, 0x1p-24f, 65504, 0x1p-14f, -0f};
    ByteBuffer data = ByteBuffer.allocate(12 + 4 + 16).order(ByteOrder.LITTLE_ENDIAN);
    for (short half : halves) {
      data.putShort(half);
    }
    data.putShort((short) 0x3fc0).putShort((short) 0xc040).putDouble(0.1).putDouble(-1e300);
    SafetensorsFile.raw(
        file,
        """
        {"__metadata__":{"format":"pt"},
         "h":{"dtype":"F16","shape":[6],"data_offsets":[0,12]},
         "b":{"dtype":"BF16","shape":[2],"data_offsets":[12,16]},
         "d":{"dtype":"F64","shape":[2],"data_offsets":[16,32]},
         "none":{"dtype":"F32","shape":[0,4],"data_offsets":[32,32]}}\
        """
            + "     ",
        data.array());
    try (Safetensors opened = Safetensors.open(file)) {
      assertArrayEquals(fromHalves, opened.tensor("h").toFloats());
      assertArrayEquals(new float[] {1.5f, -3}, opened.tensor("b").toFloats());
      assertEquals(0.1f, opened.tensor("d").at(0));
      ModelException tooWide = assertThrows(ModelException.class, () -> opened.tensor("d").at(1));
      assertTrue(tooWide.getMessage().contains("infinite"), tooWide.getMessage());
      assertEquals(0, opened.tensor("none").toFloats().length);
    }
  }

  @Test
  void integersMayBeThereButAreNoWeights() {
    SafetensorsFile.raw(
        file,
        """
        {"ids":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},
         "mask":{"dtype":"BOOL","shape":[3],"data_offsets":[16,19]},
         "n":{"dtype":"I32","shape":[1],"data_offsets":[19,23]},
         "u":{"dtype":"U16","shape":[3],"data_offsets":[23,29]}}\
        """,
        new byte[29]);
    try (Safetensors opened = Safetensors.open(file)) {
      assertEquals(List.of(2L), opened.tensor("ids").shape());
      for (String name : List.of("ids", "mask", "n", "u")) {
        ModelException refused =
            assertThrows(ModelException.class, () -> opened.tensor(name).toFloats());
        assertEquals(file + ", tensor " + name, refused.where());
        assertTrue(refused.what().endsWith("weights are floating-point numbers"), refused.what());
      }
    }
  }

  @Test
  void metadataNamesTensorsThatAreSavedUnderAnotherName() {
    SafetensorsFile.raw(
        file,
        """
        {"__metadata__":{"format":"pt","left \
        out":"a","b":"a","number":7,"nothing":"c","object":{"a":"b"}},
         "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
         "b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}\
        """,
        new byte[8]);
    try (Safetensors opened = Safetensors.open(file)) {
      assertEquals(Map.of("left out", "a"), opened.aliases());
      assertEquals(List.of("a", "b"), List.copyOf(opened.names()));
    }
    SafetensorsFile.raw(file, "{\"__metadata__\":[\"a\"]}", new byte[0]);
    assertRefused("\"__metadata__\" must be an object");
  }

  @Test
  void digestIsTheFilesAndChangesWithOneBit() throws Exception {
    SafetensorsFile.write(file, Map.of("a", new Floats(new long[] {2}, new float[] {1, 2})));
    String before;
    try (Safetensors opened = Safetensors.open(file)) {
      before = opened.sha256();
    }
    byte[] content = Files.readAllBytes(file);
    assertEquals(Hashes.hex(Hashes.sha256().digest(content)), before);
    content[content.length - 3] ^= 1;
    Files.write(file, content);
    try (Safetensors opened = Safetensors.open(file)) {
      assertNotEquals(before, opened.sha256());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not JSON |{\"a\":|valid JSON",
        "an array |[]|not a JSON object",
        "text after it |{} {}|valid JSON",
        "name twice |{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|Duplicate field 'a'",
        "unknown dtype |{\"a\":{\"dtype\":\"I4\",\"shape\":[2],\"data_offsets\":[0,8]}}|tensor a:"
            + " unknown dtype \"I4\"",
        "shape and size |{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}"
            + "|tensor a: shape [3] of F32 disagrees with its 8 data bytes",
        "shape overflows"
            + " |{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],"
            + "\"data_offsets\":[0,8]}}|more"
            + " than 2^63 bytes",
        "shape below zero"
            + " |{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}|\"shape\" must"
            + " be a whole number",
        "outside |{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}|outside the"
            + " file's 8 data bytes",
        "far outside"
            + " |{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[9223372036854775799,"
            + "9223372036854775807]}}|outside"
            + " the file's 8 data bytes",
        "backwards |{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}|begin ≤ end",
        "one offset |{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8]}}|begin ≤ end",
        "overlap"
            + " |{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|tensor"
            + " b: its data overlap",
        "gap |{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|tensor a: there is a"
            + " gap",
        "bytes left over |{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|end at"
            + " byte 4 of 8",
        "unknown field"
            + " |{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"zip\":1}}|\"zip\""
            + " is unknown",
        "missing field |{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}|\"data_offsets\" is missing",
      })
  void badHeadersAreRefusedByName(String name, String header, String problem) {
    SafetensorsFile.raw(file, header, new byte[8]);
    assertRefused(problem);
  }

  @Test
  void aHeaderWithOneWrongByteIsReadOrRefusedNeverWorse() throws Exception {
    SafetensorsFile.write(
        file,
        new TreeMap<>(
            Map.of(
                "a",
                new Floats(new long[] {2, 2}, new float[4]),
                "b",
                new Floats(new long[] {1}, new float[1]))));
    byte[] right = Files.readAllBytes(file);
    int refused = 0;
    int headerEnd = right.length - 5 * Float.BYTES;
    for (int at = 0; at < headerEnd; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] wrong = right.clone();
        wrong[at] ^= (byte) (1 << bit);
        Files.write(file, wrong);
        try (Safetensors opened = Safetensors.open(file)) {
          for (String name : opened.names()) {
            opened.tensor(name).toFloats();
          }
        } catch (ModelException e) {
          refused++;
        }
      }
    }
    assertTrue(refused > 6 * headerEnd, refused + " of " + 8 * headerEnd);
  }

  @Test
  void headerLongerThanTheFileOrThanAnyHeaderIsRefused() {
    SafetensorsFile.bytes(
        file, ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(13).array());
    assertRefused("the header claims 13 bytes, the file has 20");
    SafetensorsFile.bytes(
        file, ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(1L << 40).array());
    assertRefused("at most");
    SafetensorsFile.bytes(file, ByteBuffer.allocate(20).putLong(-1).array());
    assertRefused("the header claims 18446744073709551615 bytes");
  }

  @Test
  void otherThingsThanSafetensorsAreNamed() throws Exception {
    assertRefused("no such file");
    SafetensorsFile.bytes(file, new byte[3]);
    assertRefused("too short");
    SafetensorsFile.bytes(file, new byte[0]);
    assertRefused("too short");
    SafetensorsFile.bytes(file, new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0, 0, 0});
    assertRefused("PyTorch or pickle");
    SafetensorsFile.bytes(
        file, new byte[] {(byte) 0x80, 4, (byte) 0x95, 12, 0, 0, 0, 0, 0, 0, 0, 0});
    assertRefused("PyTorch or pickle");
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\n");
    assertRefused("git lfs pull");
    Files.delete(file);
    Files.createDirectory(file);
    assertRefused("is a directory");
  }

  @ParameterizedTest
  @CsvSource({"NaN, not a number", "Infinity, infinite", "-Infinity, infinite"})
  void weightsThatAreNotFiniteAreRefusedWhenRead(float bad, String problem) {
    SafetensorsFile.write(file, Map.of("w", new Floats(new long[] {3}, new float[] {1, 2, bad})));
    try (Safetensors opened = Safetensors.open(file)) {
      Tensor tensor = opened.tensor("w");
      assertEquals(2, tensor.at(1));
      for (ModelException refused :
          List.of(
              assertThrows(ModelException.class, () -> tensor.at(2)),
              assertThrows(ModelException.class, tensor::toFloats),
              assertThrows(ModelException.class, tensor::largest))) {
        assertTrue(refused.what().contains("element 2 is " + problem), refused.what());
        assertTrue(refused.where().endsWith("model.safetensors, tensor w"), refused.where());
      }
    }
  }

  private void assertRefused(String problem) {
    ModelException refused = assertThrows(ModelException.class, () -> Safetensors.open(file));
    assertTrue(refused.getMessage().contains(problem), refused.getMessage());
    assertTrue(refused.where().contains(file.toString()), refused.where());
  }
}
