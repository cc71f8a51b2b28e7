// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file, checked: known types, sizes that follow from shapes, and
 * tensors that tile the data section from its first byte to its last without gap or overlap.
 *
 * @param tensors by name, in the order of their data
 * @param aliases other names of tensors: the library saves a tensor that a model has twice once,
 *     and writes the name that it left out into the file's metadata, as {@code "left out": "saved"}
 */
record SafetensorsHeader(Map<String, TensorHeader> tensors, Map<String, String> aliases) {
  static final String REMEDY = "export the checkpoint again with the safetensors library";

  private static final String METADATA = "__metadata__";
  private static final int MAX_DIMENSIONS = 8;

  static SafetensorsHeader parse(byte[] json, long dataBytes, String file) {
    Fields fields = Json.read(json, file + ", header", REMEDY);
    List<TensorHeader> tensors =
        fields.names().stream()
            .filter(name -> !name.equals(METADATA))
            .map(name -> tensor(name, fields.object(name), dataBytes, file))
            .sorted(
                Comparator.comparingLong(TensorHeader::begin).thenComparingLong(TensorHeader::end))
            .toList();
    Map<String, TensorHeader> byName = new LinkedHashMap<>();
    long end = 0;
    for (TensorHeader tensor : tensors) {
      if (tensor.begin() != end) {
        String what =
            tensor.begin() < end
                ? "its data overlap another tensor's"
                : "there is a gap before its data";
        throw malformed(what, file, tensor.name());
      }
      end = tensor.end();
      byName.put(tensor.name(), tensor);
    }
    if (end != dataBytes) {
      throw new ModelException(
          "the tensors end at byte " + end + " of " + dataBytes + " data bytes", file, REMEDY);
    }
    return new SafetensorsHeader(byName, aliases(fields, byName));
  }

  /** Reads the aliases. Metadata may hold other entries as well, such as {@code "format": "pt"}. */
  private static Map<String, String> aliases(Fields fields, Map<String, TensorHeader> tensors) {
    Map<String, String> aliases = new LinkedHashMap<>();
    if (fields.has(METADATA)) {
      Fields metadata = fields.object(METADATA);
      for (String name : metadata.names()) {
        String saved = metadata.anyText(name);
        if (tensors.containsKey(saved) && !tensors.containsKey(name)) {
          aliases.put(name, saved);
        }
      }
    }
    return aliases;
  }

  private static TensorHeader tensor(String name, Fields fields, long dataBytes, String file) {
    DataType type = type(fields.text("dtype", 16), file, name);
    List<Long> shape = fields.integers("shape", MAX_DIMENSIONS, 0, Long.MAX_VALUE);
    List<Long> offsets = fields.integers("data_offsets", 2, 0, Long.MAX_VALUE);
    fields.end();
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw malformed("data_offsets must be [begin, end] with begin ≤ end", file, name);
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (end > dataBytes) {
      throw malformed(
          "its data end at byte " + end + ", outside the file's " + dataBytes + " data bytes",
          file,
          name);
    }
    if (end - begin != bytes(shape, type, file, name)) {
      throw malformed(
          "shape " + shape + " of " + type + " disagrees with its " + (end - begin) + " data bytes",
          file,
          name);
    }
    return new TensorHeader(name, type, shape, begin, end);
  }

  private static DataType type(String text, String file, String name) {
    try {
      return DataType.valueOf(text);
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          "unknown dtype \"" + text + "\"",
          file + ", tensor " + name,
          "convert the tensor to one of " + DataType.known(),
          e);
    }
  }

  private static long bytes(List<Long> shape, DataType type, String file, String name) {
    try {
      return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
    } catch (ArithmeticException e) {
      throw malformed("shape " + shape + " has more than 2^63 bytes", file, name);
    }
  }

  private static ModelException malformed(String what, String file, String tensor) {
    return new ModelException(what, file + ", tensor " + tensor, REMEDY);
  }
}
