// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.input;

import io.secmoe.layer.EmbeddingShape;
import io.secmoe.linear.Weights;
import io.secmoe.model.checkpoint.DataType;
import io.secmoe.model.checkpoint.Hashes;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;

/**
 * Writes the file of a {@link PublishedTable}, from the owner's table. Equal tables and shapes give
 * equal bytes.
 */
public final class TablePublisher {
  private static final int ALIGNMENT = 8;

  private TablePublisher() {}

  /**
   * Writes the file's bytes; {@code table} is vocabulary × width, row by row, and is quantised as
   * for a private look-up.
   */
  public static void write(EmbeddingShape shape, Weights.Source table, OutputStream out)
      throws IOException {
    long count = (long) shape.vocabulary() * shape.width();
    byte[] header = header(shape, count);
    OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
    buffered.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .array());
    buffered.write(header);
    for (long i = 0; i < count; i++) {
      long entry = Math.round(Math.scalb(table.at(i), shape.weightFraction()));
      int bits =
          shape.limbs() == 1
              ? half(entry, shape.weightFraction())
              : Float.floatToRawIntBits(Math.scalb((float) entry, -shape.weightFraction()));
      for (int at = 0; at < type(shape).bytes(); at++) {
        buffered.write(bits >>> at * Byte.SIZE);
      }
    }
    buffered.flush();
  }

  /** Returns the SHA-256 of the file, for {@link EmbeddingShape#publishedAs}. */
  public static String digest(EmbeddingShape shape, Weights.Source table) {
    try (DigestOutputStream hash =
        new DigestOutputStream(OutputStream.nullOutputStream(), Hashes.sha256())) {
      write(shape, table, hash);
      return Hashes.hex(hash.getMessageDigest().digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the smallest type that holds the entries exactly. */
  static DataType type(EmbeddingShape shape) {
    return shape.limbs() == 1 ? DataType.F16 : DataType.F32;
  }

  private static byte[] header(EmbeddingShape shape, long count) {
    String json =
        "{\"%s\":{\"dtype\":\"%s\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}"
            .formatted(
                PublishedTable.TENSOR,
                type(shape),
                shape.vocabulary(),
                shape.width(),
                type(shape).bytes() * count);
    int padding = (ALIGNMENT - json.length() % ALIGNMENT) % ALIGNMENT;
    return (json + " ".repeat(padding)).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Returns w·2^−fraction in half precision. It is exact for |w| &lt; 2^11 and 0 to 12 fraction
   * bits.
   */
  private static int half(long w, int fraction) {
    if (w == 0) {
      return 0;
    }
    if (Math.abs(w) > Weights.LIMIT) {
      throw new IllegalArgumentException(
          "an entry does not fit 12 bits at " + fraction + " fraction bits");
    }
    int bits = Float.floatToRawIntBits(Math.scalb((float) w, -fraction));
    int magnitude = bits & Integer.MAX_VALUE;
    // The exponents differ by 112, and 13 bits of the mantissa are zero.
    return (bits >>> 16 & 0x8000) | (magnitude >>> 13) - (112 << 10);
  }
}
