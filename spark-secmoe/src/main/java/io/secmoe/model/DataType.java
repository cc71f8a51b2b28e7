package io.secmoe.model;

import java.nio.ByteBuffer;

/** The element types of a checkpoint that are read as floats; all little-endian. */
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
  };

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The element at a byte offset; a double beyond the range of float becomes infinite. */
  abstract float read(ByteBuffer data, int offset);

  private static float halfToFloat(short half) {
    int magnitude = half & 0x7fff;
    float value;
    if (magnitude >= 0x7c00) {
      value = magnitude == 0x7c00 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      // The exponents differ by 112: placed into a float's fields and scaled, subnormals come out right as well.
      value = Float.intBitsToFloat(magnitude << 13) * 0x1p112f;
    }
    return half < 0 ? -value : value;
  }
}
