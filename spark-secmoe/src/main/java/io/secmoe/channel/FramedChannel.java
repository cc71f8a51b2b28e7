// SPDX-License-Identifier: Apache-2.0
package io.secmoe.channel;

import static io.secmoe.channel.FrameHeader.MAX_PAYLOAD;
import static io.secmoe.channel.FrameHeader.SIZE;

import io.secmoe.channel.ChannelException.Kind;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Sends messages over frames: it cuts large messages, checks every header that arrives, and counts
 * both ways, headers included. A transport's time limits are this channel's. Whatever the peer
 * sends, at most one frame more than the expected message is in memory. One thread uses it, except
 * for {@link #abort}.
 */
public final class FramedChannel implements Channel {
  private final FrameTransport transport;
  private final BufferAllocator allocator;
  private final Meter meter;
  private long sentFrames;
  private long receivedFrames;
  private boolean closed;

  /**
   * @param transport closed with the channel
   * @param allocator the allocator of received buffers; not closed
   * @param meter counts the bytes of this channel
   */
  public FramedChannel(FrameTransport transport, BufferAllocator allocator, Meter meter) {
    this.transport = transport;
    this.allocator = allocator;
    this.meter = meter;
  }

  /** Makes a channel with a meter of its own. */
  public FramedChannel(FrameTransport transport, BufferAllocator allocator) {
    this(transport, allocator, new Meter());
  }

  @Override
  public void send(ArrowBuf message) {
    try (message) {
      long total = message.readableBytes();
      long done = 0;
      do {
        int payload = (int) Math.min(total - done, MAX_PAYLOAD);
        transport.send(frame(message, done, payload, total));
        sentFrames++;
        meter.sent(SIZE + (long) payload);
        done += payload;
      } while (done < total);
    }
  }

  private ArrowBuf frame(ArrowBuf message, long from, int payload, long total) {
    ArrowBuf frame = allocator.buffer(SIZE + (long) payload);
    new FrameHeader(sentFrames, total, from + payload == total).write(frame);
    frame.setBytes(SIZE, message, message.readerIndex() + from, payload);
    frame.writerIndex(SIZE + (long) payload);
    return frame;
  }

  @Override
  public ArrowBuf receive(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a message cannot have " + bytes + " bytes");
    }
    try {
      return bytes <= MAX_PAYLOAD ? receiveWhole(bytes) : receiveParts(bytes);
    } catch (ChannelException e) {
      if (e.kind() == Kind.MALFORMED) {
        transport.abort("the other side received a frame that it did not expect: " + e.reason());
      }
      throw e;
    }
  }

  /** Receives a message of one frame. The payload stays where it arrived. */
  private ArrowBuf receiveWhole(long bytes) {
    ArrowBuf frame = next(bytes, 0);
    if (bytes == 0) {
      frame.close();
      return allocator.getEmpty();
    }
    return frame.slice(SIZE, bytes);
  }

  private ArrowBuf receiveParts(long bytes) {
    ArrowBuf message = null;
    try {
      long done = 0;
      while (done < bytes) {
        try (ArrowBuf frame = next(bytes, done)) {
          if (message == null) {
            message = allocator.buffer(bytes);
          }
          long payload = frame.readableBytes() - SIZE;
          message.setBytes(done, frame, SIZE, payload);
          done += payload;
        }
      }
      message.writerIndex(bytes);
      ArrowBuf whole = message;
      message = null;
      return whole;
    } finally {
      if (message != null) {
        message.close();
      }
    }
  }

  /**
   * Returns the next frame, which must carry the bytes of the expected message from {@code done}
   * on. It is accounted to this channel's allocator, with readerIndex 0.
   */
  private ArrowBuf next(long bytes, long done) {
    ArrowBuf frame = transport.receive();
    try {
      check(FrameHeader.read(frame), frame.readableBytes() - SIZE, bytes, done);
    } catch (ChannelException e) {
      frame.close();
      throw e.kind() == Kind.MALFORMED ? located(e) : e;
    }
    receivedFrames++;
    meter.received(frame.readableBytes());
    ArrowBuf moved = Buffers.moveTo(allocator, frame);
    return moved.readerIndex() == 0 ? moved : rebased(moved);
  }

  private static ArrowBuf rebased(ArrowBuf frame) {
    return frame.slice(frame.readerIndex(), frame.readableBytes());
  }

  private void check(FrameHeader header, long payload, long bytes, long done) {
    if (header.sequence() != receivedFrames) {
      throw malformed(
          "expected frame number " + receivedFrames + ", received number " + header.sequence());
    }
    if (header.messageBytes() != bytes) {
      throw malformed(
          "expected a message of " + bytes + " bytes, received one of " + header.messageBytes());
    }
    long expected = Math.min(bytes - done, MAX_PAYLOAD);
    if (payload != expected) {
      throw malformed(
          "expected a frame with " + expected + " bytes of payload, received " + payload);
    }
    if (header.last() != (done + payload == bytes)) {
      throw malformed(
          "expected a message of "
              + bytes
              + " bytes, received one that ends elsewhere than after byte "
              + (done + payload));
    }
  }

  private static ChannelException malformed(String what) {
    return new ChannelException(Kind.MALFORMED, what);
  }

  private ChannelException located(ChannelException e) {
    return new ChannelException(
        Kind.MALFORMED,
        e.reason()
            + ", at layer "
            + meter.layer()
            + ", step "
            + meter.step()
            + "; the two sides run different code or shapes, or the peer is faulty: compare"
            + " versions, model and batch on both sides");
  }

  @Override
  public BufferAllocator allocator() {
    return allocator;
  }

  @Override
  public Meter meter() {
    return meter;
  }

  @Override
  public void abort(String reason) {
    transport.abort(reason);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      transport.close();
    }
  }
}
