// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes safetensors files for tests, well-formed and not. */
public final class SafetensorsFile {
  private SafetensorsFile() {}

  /** An F32 tensor. */
  public record Floats(long[] shape, float[] values) {
    byte[] bytes() {
      ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      buffer.asFloatBuffer().put(values);
      return buffer.array();
    }
  }

  public static Path write(Path file, Map<String, Floats> tensors) {
    return write(file, tensors, Map.of());
  }

  /** Writes a file with texts as metadata. */
  public static Path write(Path file, Map<String, Floats> tensors, Map<String, String> metadata) {
    List<String> entries = new ArrayList<>();
    if (!metadata.isEmpty()) {
      entries.add(
          metadata.entrySet().stream()
              .map(entry -> "\"%s\":\"%s\"".formatted(entry.getKey(), entry.getValue()))
              .collect(Collectors.joining(",", "\"__metadata__\":{", "}")));
    }
    List<byte[]> data = new ArrayList<>();
    long at = 0;
    for (Map.Entry<String, Floats> tensor : tensors.entrySet()) {
      byte[] bytes = tensor.getValue().bytes();
      String shape =
          Arrays.stream(tensor.getValue().shape())
              .mapToObj(Long::toString)
              .collect(Collectors.joining(","));
      entries.add(
          "\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
              .formatted(tensor.getKey(), shape, at, at + bytes.length));
      data.add(bytes);
      at += bytes.length;
    }
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(at));
    data.forEach(all::put);
    return raw(file, "{" + String.join(",", entries) + "}", all.array());
  }

  /** Writes any header before any data. */
  static Path raw(Path file, String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(json.length).put(json).put(data);
    return bytes(file, all.array());
  }

  static Path bytes(Path file, byte[] content) {
    try {
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
