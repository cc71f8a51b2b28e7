// SPDX-License-Identifier: Apache-2.0
package io.secmoe.channel;

import io.secmoe.channel.ChannelException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Two parties in one process. Each direction holds at most a few frames, accounted to the
 * receiver's allocator, so that a fast sender waits for a slow receiver and may close its own
 * allocator before the receiver has read.
 */
public final class MemoryTransport implements FrameTransport {
  private static final int FRAMES = 4;

  /** The two ends. */
  public record Pair(MemoryTransport first, MemoryTransport second) {}

  private final ReentrantLock lock;
  private final Condition changed;
  private final BufferAllocator allocator;
  private final Duration limit;
  private final ArrayDeque<ArrowBuf> inbox = new ArrayDeque<>();
  private MemoryTransport peer;
  private boolean closed;
  private ChannelException broken;

  private MemoryTransport(
      ReentrantLock lock, Condition changed, BufferAllocator allocator, Duration limit) {
    this.lock = lock;
    this.changed = changed;
    this.allocator = allocator;
    this.limit = limit;
  }

  /**
   * Makes two connected ends.
   *
   * @param first the allocator of the frames that the first end receives; not closed
   * @param second the allocator of the frames that the second end receives; not closed
   * @param limit how long a send or a receive may wait for the peer
   */
  public static Pair pair(BufferAllocator first, BufferAllocator second, Duration limit) {
    ReentrantLock lock = new ReentrantLock();
    Condition changed = lock.newCondition();
    MemoryTransport a = new MemoryTransport(lock, changed, first, limit);
    MemoryTransport b = new MemoryTransport(lock, changed, second, limit);
    a.peer = b;
    b.peer = a;
    return new Pair(a, b);
  }

  @Override
  public void send(ArrowBuf frame) {
    ArrowBuf moved = Buffers.moveTo(peer.allocator, frame);
    lock.lock();
    try {
      await(() -> peer.closed || peer.inbox.size() < FRAMES, "the peer has read nothing");
      if (peer.closed) {
        throw new ChannelException(Kind.PEER_GONE, "the peer has closed the conversation");
      }
      peer.inbox.add(moved);
      moved = null;
      changed.signalAll();
    } finally {
      lock.unlock();
      if (moved != null) {
        moved.close();
      }
    }
  }

  @Override
  public ArrowBuf receive() {
    lock.lock();
    try {
      await(() -> !inbox.isEmpty() || peer.closed, "the peer has sent nothing");
      ArrowBuf frame = inbox.poll();
      if (frame == null) {
        throw new ChannelException(Kind.PEER_GONE, "the peer has closed the conversation");
      }
      changed.signalAll();
      return frame;
    } finally {
      lock.unlock();
    }
  }

  private interface Test {
    boolean holds();
  }

  private void await(Test test, String otherwise) {
    long left = limit.toNanos();
    while (broken == null && !closed && !test.holds()) {
      if (left <= 0) {
        throw new ChannelException(Kind.TIMEOUT, otherwise + " for " + limit.toMillis() + " ms");
      }
      try {
        left = changed.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ChannelException(Kind.ABORTED, "interrupted while waiting for the peer", e);
      }
    }
    if (broken != null) {
      throw broken.again();
    }
    if (closed) {
      throw new ChannelException(Kind.ABORTED, "this side has closed the conversation");
    }
  }

  @Override
  public void abort(String reason) {
    lock.lock();
    try {
      if (broken == null && !closed) {
        fail(new ChannelException(Kind.ABORTED, reason));
        peer.fail(new ChannelException(Kind.PEER_GONE, "the peer has given up: " + reason));
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void fail(ChannelException why) {
    if (broken == null) {
      broken = why;
      release();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      release();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void release() {
    inbox.forEach(ArrowBuf::close);
    inbox.clear();
  }
}
