// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.flight.tls.OneLine;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A client's last message when it gives up, since cancelling a gRPC call carries no reason: magic
 * "SMbye", then UTF-8 text. No frame begins so. A server ends the stream with a status instead.
 */
final class Farewell {
  private static final byte[] MAGIC = "SMbye".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_BYTES = 2048;

  private Farewell() {}

  static ArrowBuf write(String reason, BufferAllocator allocator) {
    byte[] text = OneLine.of(reason).getBytes(StandardCharsets.UTF_8);
    ArrowBuf message = allocator.buffer(MAGIC.length + (long) text.length);
    message.writeBytes(MAGIC);
    message.writeBytes(text);
    return message;
  }

  /** Returns the reason, or null if this is no farewell. */
  static String read(ArrowBuf message) {
    long bytes = message.readableBytes();
    if (bytes < MAGIC.length || bytes > MAX_BYTES) {
      return null;
    }
    for (int i = 0; i < MAGIC.length; i++) {
      if (message.getByte(message.readerIndex() + i) != MAGIC[i]) {
        return null;
      }
    }
    byte[] text = new byte[(int) bytes - MAGIC.length];
    message.getBytes(message.readerIndex() + MAGIC.length, text);
    return OneLine.of(new String(text, StandardCharsets.UTF_8));
  }
}
