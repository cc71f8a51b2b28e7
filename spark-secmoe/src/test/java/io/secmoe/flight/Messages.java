// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.secmoe.channel.Channel;
import org.apache.arrow.memory.ArrowBuf;

/** Messages whose every byte tells where it belongs. */
final class Messages {
  private Messages() {}

  static ArrowBuf make(Channel channel, int bytes, int seed) {
    ArrowBuf message = channel.allocator().buffer(Math.max(1, bytes));
    byte[] content = content(bytes, seed);
    message.writeBytes(content);
    return message;
  }

  static void send(Channel channel, int bytes, int seed) {
    channel.send(make(channel, bytes, seed));
  }

  static void expect(Channel channel, int bytes, int seed) {
    try (ArrowBuf message = channel.receive(bytes)) {
      assertEquals(bytes, message.readableBytes());
      byte[] got = new byte[bytes];
      message.getBytes(message.readerIndex(), got);
      org.junit.jupiter.api.Assertions.assertArrayEquals(content(bytes, seed), got);
    }
  }

  private static byte[] content(int bytes, int seed) {
    byte[] content = new byte[bytes];
    new java.util.Random(seed).nextBytes(content);
    return content;
  }
}
