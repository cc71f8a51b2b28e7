// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The element types of a checkpoint, little-endian. Elements of floating-point types can be read;
 * tensors of the other types may be present.
 */
public enum DataType {
  F64(8) {
    @Override
    float read(ByteBuffer data, int offset) {
      return (float) data.getDouble(offset);
    }
  },
  F32(4) {
    @Override
    float read(ByteBuffer data, int offset) {
      return data.getFloat(offset);
    }
  },
  F16(2) {
    @Override
    float read(ByteBuffer data, int offset) {
      return halfToFloat(data.getShort(offset));
    }
  },
  BF16(2) {
    @Override
    float read(ByteBuffer data, int offset) {
      return Float.intBitsToFloat(data.getShort(offset) << 16);
    }
  },
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U64(8),
  U32(4),
  U16(2),
  U8(1),
  BOOL(1);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Returns true if elements are numbers that can be weights. */
  public boolean floating() {
    return ordinal() <= BF16.ordinal();
  }

  /** Returns the types that can be weights, for messages. */
  static String known() {
    return Arrays.stream(values())
        .filter(DataType::floating)
        .map(DataType::name)
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns the element at a byte offset, of a floating type. A double beyond the range of float
   * becomes infinite.
   */
  float read(ByteBuffer data, int offset) {
    throw new UnsupportedOperationException(name() + " is not read as a number");
  }

  private static float halfToFloat(short half) {
    int magnitude = half & 0x7fff;
    float value;
    if (magnitude >= 0x7c00) {
      value = magnitude == 0x7c00 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      // The exponents differ by 112. Placed into a float's fields and scaled, subnormals come out
      // right as well.
      value = Float.intBitsToFloat(magnitude << 13) * 0x1p112f;
    }
    return half < 0 ? -value : value;
  }
}
