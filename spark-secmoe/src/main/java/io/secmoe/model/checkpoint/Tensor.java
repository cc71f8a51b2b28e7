// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor of a memory-mapped checkpoint, read only when asked for. Every element read is a finite
 * number, or there is a {@link ModelException} that names the file and the tensor. It stays
 * readable after its {@link Safetensors} is closed, and is safe for several readers.
 */
public final class Tensor {
  /** Bytes of a map: a multiple of every element size, so that no element lies across two maps. */
  static final int MAP_BYTES = 1 << 30;

  private final String where;
  private final String name;
  private final TensorHeader header;
  private final List<ByteBuffer> maps;

  Tensor(String where, String name, TensorHeader header, List<ByteBuffer> maps) {
    this.where = where;
    this.name = name;
    this.header = header;
    this.maps = maps.stream().map(map -> map.order(ByteOrder.LITTLE_ENDIAN)).toList();
  }

  /** Returns the name that the architecture uses. */
  public String name() {
    return name;
  }

  public DataType type() {
    return header.type();
  }

  public List<Long> shape() {
    return header.shape();
  }

  /** Returns the file and the tensor's name in it, for messages. */
  public String where() {
    return where;
  }

  /** Refuses integers, because weights are wanted. */
  public void requireNumbers() {
    if (!type().floating()) {
      throw new ModelException(
          "its elements are " + type() + ", weights are floating-point numbers",
          where(),
          "export it as one of " + DataType.known());
    }
  }

  /** Returns the number of elements: the product of the shape. */
  public long size() {
    return header.elements();
  }

  /** Returns the element at a row-major flat index. */
  public float at(long index) {
    requireNumbers();
    long offset = index * type().bytes();
    float value = type().read(maps.get((int) (offset / MAP_BYTES)), (int) (offset % MAP_BYTES));
    if (!Float.isFinite(value)) {
      throw new ModelException(
          "element " + index + " is " + (Float.isNaN(value) ? "not a number" : "infinite"),
          where(),
          "find out where training diverged and export a checkpoint with finite weights");
    }
    return value;
  }

  /** Returns all elements, row-major; at most 2^31 − 1 of them. */
  public float[] toFloats() {
    float[] values = new float[Math.toIntExact(size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = at(i);
    }
    return values;
  }

  /** Returns all elements, row-major; at most 2^31 − 1 of them. */
  public double[] toDoubles() {
    double[] values = new double[Math.toIntExact(size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = at(i);
    }
    return values;
  }

  /** Returns max |element|, 0 for an empty tensor. */
  public double largest() {
    double largest = 0;
    for (long i = 0; i < size(); i++) {
      largest = Math.max(largest, Math.abs(at(i)));
    }
    return largest;
  }
}
