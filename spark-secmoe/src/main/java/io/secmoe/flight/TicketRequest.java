// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.party.BatchId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A client's request to have one batch inferred. There is one encoding only, big-endian: magic
 * "SMTR", version, session and run (16 bytes each), partition, batch, rows, length (4 bytes each),
 * then three texts, each a length (2 bytes) and UTF-8 bytes.
 *
 * @param id the batch; its partition and its index are at least 0
 * @param rows at least 1
 * @param length tokens that every row is padded to, at least 1
 * @param modelDigest the model that the client agreed to
 * @param profile cryptographic parameters, see {@link io.secmoe.party.Binding#text}
 * @param codeVersion version of the jar and of the native library
 */
public record TicketRequest(
    BatchId id, int rows, int length, String modelDigest, String profile, String codeVersion) {
  /** Longest text, in UTF-8 bytes. */
  public static final int MAX_TEXT = 256;

  private static final int MAGIC = 0x534D5452;
  private static final byte VERSION = 2;
  private static final int FIXED = 4 + 1 + 32 + 16;

  /** Longest encoding, in bytes. */
  public static final int MAX_BYTES = FIXED + 3 * (2 + MAX_TEXT);

  /**
   * Checks the values.
   *
   * @throws ServiceException BAD_REQUEST, naming the value
   */
  public TicketRequest {
    if (id.partition() < 0 || id.batch() < 0 || rows < 1 || length < 1) {
      throw bad(
          "partition "
              + id.partition()
              + ", batch "
              + id.batch()
              + ", rows "
              + rows
              + ", length "
              + length
              + " are not 0 or more, 0 or more, 1 or more, 1 or more");
    }
    utf8(modelDigest);
    utf8(profile);
    utf8(codeVersion);
  }

  /** Returns the encoding. */
  public byte[] encode() {
    byte[][] texts = {utf8(modelDigest), utf8(profile), utf8(codeVersion)};
    ByteBuffer out =
        ByteBuffer.allocate(FIXED + 6 + texts[0].length + texts[1].length + texts[2].length);
    out.putInt(MAGIC).put(VERSION);
    for (UUID uuid : new UUID[] {id.session(), id.run()}) {
      out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }
    out.putInt(id.partition()).putInt(id.batch()).putInt(rows).putInt(length);
    for (byte[] text : texts) {
      out.putShort((short) text.length).put(text);
    }
    return out.array();
  }

  /**
   * Reads an encoding that nobody has checked.
   *
   * @throws ServiceException BAD_REQUEST if the bytes are not exactly those that {@link #encode}
   *     makes
   */
  public static TicketRequest decode(ByteBuffer in) {
    if (in.remaining() < FIXED || in.remaining() > MAX_BYTES) {
      throw bad("its length is " + in.remaining() + " bytes, not " + FIXED + " to " + MAX_BYTES);
    }
    if (in.getInt() != MAGIC || in.get() != VERSION) {
      throw bad(
          "it is not such a request, or comes from another release; install the same release on"
              + " both sides");
    }
    TicketRequest request =
        new TicketRequest(
            new BatchId(
                new UUID(in.getLong(), in.getLong()),
                new UUID(in.getLong(), in.getLong()),
                in.getInt(),
                in.getInt()),
            in.getInt(),
            in.getInt(),
            text(in),
            text(in),
            text(in));
    if (in.hasRemaining()) {
      throw bad("it has " + in.remaining() + " bytes too many");
    }
    return request;
  }

  private static String text(ByteBuffer in) {
    int length = in.remaining() < 2 ? Integer.MAX_VALUE : Short.toUnsignedInt(in.getShort());
    if (length > Math.min(MAX_TEXT, in.remaining())) {
      throw bad("a text in it is cut off or longer than " + MAX_TEXT + " bytes");
    }
    ByteBuffer bytes = in.slice().limit(length);
    in.position(in.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw bad("a text in it is not UTF-8");
    }
  }

  private static byte[] utf8(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(text));
      if (bytes.remaining() <= MAX_TEXT) {
        byte[] out = new byte[bytes.remaining()];
        bytes.get(out);
        return out;
      }
    } catch (CharacterCodingException e) {
      throw bad("a text in it is not Unicode");
    }
    throw bad("a text in it is longer than " + MAX_TEXT + " bytes");
  }

  private static ServiceException bad(String what) {
    return new ServiceException(
        ServiceException.Code.BAD_REQUEST, "this request for a ticket is not valid: " + what);
  }
}
