// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.grpc.KnownLength;
import io.secmoe.channel.ChannelException;
import io.secmoe.channel.ChannelException.Kind;
import io.secmoe.channel.FrameHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.memory.OutOfMemoryException;

/**
 * Checks the outer form of a message that the peer has sent, before Flight or protobuf reads it.
 * Flight's own parser allocates the length that a field claims before it looks whether so many
 * bytes have come. It never frees the first buffer of a field that comes twice, and frees nothing
 * when it fails. So it gets only messages of one field, whose claimed length is exactly the length
 * that has come.
 *
 * <p>Methods leave the message's stream where it was, and throw a {@link ChannelException} of kind
 * MALFORMED that says what is wrong.
 */
final class Framing {
  /**
   * Longest descriptor that begins a conversation, in bytes: a ticket, and room for Flight's fields
   * around it.
   */
  static final int MAX_DESCRIPTOR = 1 << 10;

  private static final int LENGTH_DELIMITED = 2;
  private static final int MAX_HEAD = 10;

  private Framing() {}

  /**
   * Checks that a message is one frame of 1 to {@link FrameHeader#MAX_FRAME} bytes in Flight's
   * field app_metadata, and nothing else.
   */
  static void checkFrame(InputStream message) {
    check(message, FlightData.APP_METADATA_FIELD_NUMBER, FrameHeader.MAX_FRAME);
  }

  /**
   * Checks that a message is one descriptor of 1 to {@link #MAX_DESCRIPTOR} bytes, and nothing
   * else.
   */
  static void checkDescriptor(InputStream message) {
    check(message, FlightData.FLIGHT_DESCRIPTOR_FIELD_NUMBER, MAX_DESCRIPTOR);
  }

  /** Checks that a message has at most so many bytes. */
  static void checkLength(InputStream message, int longest) {
    int bytes = bytesLeft(message);
    if (bytes > longest) {
      throw malformed("a message of " + bytes + " bytes where at most " + longest + " are allowed");
    }
  }

  /**
   * Returns the meaning of a failure to read a message: bytes that no honest peer sends, or a lack
   * of memory on this side.
   */
  static ChannelException meaning(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ChannelException known) {
        return known;
      }
      if (cause instanceof OutOfMemoryException) {
        return new ChannelException(
            Kind.ABORTED,
            "this side has no memory for a received frame; give its JVM more direct memory,"
                + " or run fewer conversations at once",
            e);
      }
    }
    return new ChannelException(Kind.MALFORMED, "received a message that cannot be read", e);
  }

  private static void check(InputStream message, int field, int longest) {
    bytesLeft(message);
    if (!message.markSupported()) {
      throw new IllegalStateException(
          "gRPC's transport hands out messages that cannot be read twice");
    }
    message.mark(MAX_HEAD);
    try {
      head(message, field, longest);
    } finally {
      reset(message);
    }
  }

  private static void head(InputStream message, int field, int longest) {
    long tag = varint(message);
    if (tag != (field << 3 | LENGTH_DELIMITED)) {
      throw malformed(
          "a message with " + name(tag) + " where only " + name(field << 3) + " is allowed");
    }
    long claimed = varint(message);
    int left = bytesLeft(message);
    if (claimed != left) {
      throw malformed(
          "a message whose "
              + name(tag)
              + " claims "
              + claimed
              + " bytes and is followed by "
              + left);
    }
    if (claimed < 1 || claimed > longest) {
      throw malformed(
          "a message whose "
              + name(tag)
              + " has "
              + claimed
              + " bytes; allowed are 1 to "
              + longest);
    }
  }

  private static String name(long tag) {
    long number = tag >>> 3;
    FieldDescriptor field =
        number > Integer.MAX_VALUE
            ? null
            : FlightData.getDescriptor().findFieldByNumber((int) number);
    return field == null ? "unknown field " + number : "field " + field.getName();
  }

  /** Reads an unsigned number of at most five bytes, as protobuf writes those of 32 bits. */
  private static long varint(InputStream message) {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = read(message);
      if (next < 0) {
        throw malformed("a message that is empty or cut off in a field's tag or length");
      }
      value |= (next & 0x7fL) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw malformed("a message with a tag or length of more than 32 bits");
  }

  private static int read(InputStream message) {
    try {
      return message.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the bytes left. Only a message that is whole and not compressed knows its length. */
  private static int bytesLeft(InputStream message) {
    if (!(message instanceof KnownLength)) {
      throw malformed("a compressed message; this protocol has none");
    }
    try {
      return message.available();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void reset(InputStream message) {
    try {
      message.reset();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ChannelException malformed(String what) {
    return new ChannelException(Kind.MALFORMED, "received " + what);
  }
}
