// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A list of named texts as a message of a fixed size, in one encoding only: magic "SMNV", number of
 * pairs, then for each pair the length (2 bytes, little-endian) and UTF-8 bytes of name and value,
 * then zeros up to the end. Names differ from each other.
 */
final class NamedValues {
  /** Bytes of every such message. */
  static final int SIZE = 4096;

  private static final int MAGIC = 0x564E4D53;
  private static final int MAX_PAIRS = 64;

  private NamedValues() {}

  /**
   * Encodes values.
   *
   * @throws IllegalArgumentException if the values do not fit
   */
  static ArrowBuf write(Map<String, String> values, BufferAllocator allocator) {
    ByteBuffer out = ByteBuffer.allocate(SIZE).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    out.putInt(MAGIC).putInt(values.size());
    values.forEach(
        (name, value) -> {
          put(out, name);
          put(out, value);
        });
    ArrowBuf message = allocator.buffer(SIZE);
    message.setBytes(0, out.array());
    message.writerIndex(SIZE);
    return message;
  }

  private static void put(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length + 2 > out.remaining()) {
      throw new IllegalArgumentException(
          "a handshake has at most " + SIZE + " bytes; shorten the model's or the profile's name");
    }
    out.putShort((short) bytes.length).put(bytes);
  }

  /**
   * Decodes a message of {@link #SIZE} bytes.
   *
   * @throws HandshakeException if the bytes are not those that {@link #write} makes
   */
  static Map<String, String> read(ArrowBuf message) {
    byte[] bytes = new byte[SIZE];
    message.getBytes(message.readerIndex(), bytes);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    int magic = in.getInt();
    int pairs = in.getInt();
    if (magic != MAGIC || pairs < 0 || pairs > MAX_PAIRS) {
      throw unreadable();
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < pairs; i++) {
      if (values.put(take(in), take(in)) != null) {
        throw unreadable();
      }
    }
    if (!Arrays.equals(bytes, in.position(), SIZE, new byte[SIZE], in.position(), SIZE)) {
      throw unreadable();
    }
    return values;
  }

  private static String take(ByteBuffer in) {
    int length = in.remaining() < 2 ? Integer.MAX_VALUE : Short.toUnsignedInt(in.getShort());
    if (length > in.remaining()) {
      throw unreadable();
    }
    ByteBuffer text = in.slice().limit(length);
    in.position(in.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw unreadable();
    }
  }

  private static HandshakeException unreadable() {
    return new HandshakeException(
        "message",
        "",
        "",
        "the peer's handshake cannot be read: it is no SecMoE peer, or of another release; install"
            + " the same release on both sides");
  }
}
