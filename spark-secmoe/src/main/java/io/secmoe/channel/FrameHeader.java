// SPDX-License-Identifier: Apache-2.0
package io.secmoe.channel;

import org.apache.arrow.memory.ArrowBuf;

/**
 * The header before the payload of every frame, 24 bytes, little-endian:
 *
 * <pre>
 *   0  magic         4 bytes  "SMoE"
 *   4  version       1 byte
 *   5  last          1 byte   1 on the last frame of a message, else 0
 *   6  reserved      2 bytes  0
 *   8  sequence      8 bytes  number of the frame in its direction, from 0
 *  16  messageBytes  8 bytes  length of the whole message, the same in each of its frames
 * </pre>
 *
 * <p>24 is a multiple of 8, so that a payload keeps the alignment of its buffer.
 *
 * @param sequence number of the frame in its direction
 * @param messageBytes payload bytes of the whole message
 * @param last whether the message ends with this frame
 */
public record FrameHeader(long sequence, long messageBytes, boolean last) {
  /** Bytes of a header. */
  public static final int SIZE = 24;

  /** The largest frame, its header included: 4 MiB. */
  public static final int MAX_FRAME = 4 << 20;

  /** The largest payload of one frame. */
  public static final int MAX_PAYLOAD = MAX_FRAME - SIZE;

  static final int MAGIC = 0x656F4D53;
  static final byte VERSION = 1;

  /** Writes the header into the first {@link #SIZE} bytes of a frame. */
  void write(ArrowBuf frame) {
    frame.setInt(0, MAGIC);
    frame.setByte(4, VERSION);
    frame.setByte(5, last ? 1 : 0);
    frame.setShort(6, 0);
    frame.setLong(8, sequence);
    frame.setLong(16, messageBytes);
  }

  /**
   * Checks everything that does not depend on the conversation and reads the rest.
   *
   * @throws ChannelException MALFORMED if it is shorter than a header, longer than {@link
   *     #MAX_FRAME}, or has a field that no sender writes
   */
  static FrameHeader read(ArrowBuf frame) {
    long size = frame.readableBytes();
    if (size < SIZE || size > MAX_FRAME) {
      throw malformed("a frame of " + size + " bytes; frames have " + SIZE + " to " + MAX_FRAME);
    }
    long at = frame.readerIndex();
    if (frame.getInt(at) != MAGIC) {
      throw malformed("a frame that does not begin with this protocol's magic number");
    }
    if (frame.getByte(at + 4) != VERSION) {
      throw malformed(
          "frame version "
              + frame.getByte(at + 4)
              + ", this side speaks "
              + VERSION
              + "; install the same release on both sides");
    }
    byte last = frame.getByte(at + 5);
    if (last < 0 || last > 1 || frame.getShort(at + 6) != 0) {
      throw malformed("a frame header with unknown flags");
    }
    return new FrameHeader(frame.getLong(at + 8), frame.getLong(at + 16), last == 1);
  }

  private static ChannelException malformed(String what) {
    return new ChannelException(ChannelException.Kind.MALFORMED, "received " + what);
  }
}
