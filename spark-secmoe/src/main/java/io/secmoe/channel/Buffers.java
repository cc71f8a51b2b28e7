// SPDX-License-Identifier: Apache-2.0
package io.secmoe.channel;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OwnershipTransferResult;

/** Moves buffers between allocators. */
final class Buffers {
  private Buffers() {}

  /**
   * Returns the same bytes, accounted to {@code allocator}: without a copy if both allocators share
   * a root, as they do in the product. Takes ownership of {@code buffer}, also on failure.
   *
   * @return a buffer whose readable bytes are those of {@code buffer}
   */
  static ArrowBuf moveTo(BufferAllocator allocator, ArrowBuf buffer) {
    try (buffer) {
      long bytes = buffer.readableBytes();
      if (bytes == 0) {
        return allocator.getEmpty();
      }
      BufferAllocator owner = buffer.getReferenceManager().getAllocator();
      if (owner == allocator) {
        return retained(buffer, bytes);
      }
      if (owner != null && owner.getRoot() == allocator.getRoot()) {
        return transferred(allocator, buffer);
      }
      ArrowBuf copy = allocator.buffer(bytes);
      copy.setBytes(0, buffer, buffer.readerIndex(), bytes);
      copy.writerIndex(bytes);
      return copy;
    }
  }

  private static ArrowBuf retained(ArrowBuf buffer, long bytes) {
    ArrowBuf slice = buffer.slice(buffer.readerIndex(), bytes);
    slice.getReferenceManager().retain();
    return slice;
  }

  private static ArrowBuf transferred(BufferAllocator allocator, ArrowBuf buffer) {
    OwnershipTransferResult result =
        buffer.getReferenceManager().transferOwnership(buffer, allocator);
    ArrowBuf moved = result.getTransferredBuffer();
    if (!result.getAllocationFit()) {
      moved.close();
      throw new ChannelException(
          ChannelException.Kind.ABORTED,
          "a received frame of "
              + buffer.readableBytes()
              + " bytes does not fit into allocator "
              + allocator.getName()
              + " (limit "
              + allocator.getLimit()
              + " bytes); raise spark.secmoe.memory or lower spark.secmoe.batch.rows");
    }
    return moved;
  }
}
