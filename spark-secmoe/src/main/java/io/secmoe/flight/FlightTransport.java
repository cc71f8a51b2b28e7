// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.channel.ChannelException;
import io.secmoe.channel.ChannelException.Kind;
import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.tls.IdentityException;
import io.secmoe.flight.tls.OneLine;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Frames over one DoExchange stream, each as a message's application metadata. Sending waits until
 * gRPC has passed on the bytes it holds, so at most one frame and a flow-control window are on
 * their way. Receiving holds at most a handful of frames. Flight's blocking read has no time limit
 * and may touch freed memory when its stream is closed meanwhile. So a read is interrupted, and
 * left, before anything is freed.
 *
 * <p>Besides {@link ChannelException}, sending and receiving throw the {@link ServiceException} or
 * {@link IdentityException} with which the peer refused the stream.
 */
final class FlightTransport implements FrameTransport {
  private static final long FOREVER = Long.MAX_VALUE;
  private static final long FIRST_PAUSE = 20_000;
  private static final long LONGEST_PAUSE = 1_000_000;

  private final Exchange exchange;
  private final Duration silence;
  private final Future<?> watch;
  private final Consumer<FlightTransport> onClose;

  /** Guards the fields below it; never held while Flight or gRPC is called. */
  private final Object state = new Object();

  private Thread reader;
  private boolean woken;
  private long readUntil = FOREVER;
  private long cutAt = FOREVER;
  private RuntimeException broken;
  private RuntimeException lastWord;
  private boolean closed;
  private boolean unanswered;

  /** Guards sending; gRPC's streams are not thread-safe. */
  private final Object sending = new Object();

  private boolean finished;

  /**
   * @param onClose runs once, when the transport closes
   */
  FlightTransport(
      Exchange exchange, Duration silence, Watchdog watchdog, Consumer<FlightTransport> onClose) {
    this.exchange = exchange;
    this.silence = silence;
    this.onClose = onClose;
    this.watch = watchdog.watch(silence, this::check);
  }

  @Override
  public void send(ArrowBuf frame) {
    try (frame) {
      awaitReady();
      synchronized (sending) {
        throwIfBroken();
        put(frame);
      }
    }
  }

  private void put(ArrowBuf frame) {
    frame.getReferenceManager().retain();
    answered(false);
    try {
      exchange.put(frame);
    } catch (RuntimeException e) {
      throw exchange.translate(e);
    }
  }

  private void awaitReady() {
    long until = System.nanoTime() + silence.toNanos();
    long pause = FIRST_PAUSE;
    while (true) {
      throwIfBroken();
      RuntimeException ended = exchange.ended();
      if (ended != null) {
        throw ended;
      }
      if (exchange.ready()) {
        return;
      }
      if (System.nanoTime() - until > 0) {
        throw new ChannelException(
            Kind.TIMEOUT, "the peer has read nothing for " + silence.toMillis() + " ms");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(null);
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  @Override
  public ArrowBuf receive() {
    enter(silence);
    ArrowBuf frame;
    try {
      if (!exchange.next()) {
        throw new ChannelException(Kind.PEER_GONE, "the peer has ended the conversation");
      }
      frame = exchange.latest();
      if (frame == null) {
        throw new ChannelException(Kind.MALFORMED, "received a message without a frame");
      }
      String farewell = Farewell.read(frame);
      if (farewell != null) {
        throw new ChannelException(Kind.PEER_GONE, "the peer has given up: " + farewell);
      }
      frame.getReferenceManager().retain();
      answered(true);
    } catch (RuntimeException e) {
      throw meaning(e);
    } finally {
      leave();
    }
    return frame;
  }

  private void answered(boolean yes) {
    synchronized (state) {
      unanswered = !yes;
    }
  }

  private RuntimeException meaning(RuntimeException e) {
    synchronized (state) {
      if (broken != null) {
        return again();
      }
      if (woken) {
        return new ChannelException(
            Kind.TIMEOUT, "the peer has sent nothing for " + silence.toMillis() + " ms");
      }
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException) {
        return interrupted(e);
      }
    }
    RuntimeException end = e instanceof ChannelException ? e : exchange.translate(e);
    breakOff(end, end instanceof ChannelException c && c.kind() == Kind.MALFORMED ? end : null);
    return end;
  }

  private static ChannelException interrupted(Throwable cause) {
    Thread.currentThread().interrupt();
    return new ChannelException(Kind.ABORTED, "interrupted while waiting for the peer", cause);
  }

  /** Marks that from here on {@link #wake} may interrupt this thread. */
  private void enter(Duration limit) {
    synchronized (state) {
      if (broken != null) {
        throw again();
      }
      reader = Thread.currentThread();
      readUntil = System.nanoTime() + limit.toNanos();
    }
  }

  private void leave() {
    synchronized (state) {
      reader = null;
      readUntil = FOREVER;
      if (woken) {
        Thread.interrupted();
        woken = false;
      }
      state.notifyAll();
    }
  }

  /** Checks the time limits; runs on the watchdog. */
  private void check() {
    long now = System.nanoTime();
    boolean cut;
    synchronized (state) {
      if (readUntil != FOREVER && now - readUntil > 0) {
        wake();
      }
      cut = cutAt != FOREVER && now - cutAt > 0;
    }
    if (cut) {
      exchange.cut();
    }
  }

  private void wake() {
    if (reader != null && reader != Thread.currentThread()) {
      woken = true;
      reader.interrupt();
    }
  }

  /**
   * Ends the stream: a thread in a read leaves it before this returns, and no further read begins.
   * If there are several reasons, the first one counts.
   *
   * @param why the exception that this side's calls throw from now on
   * @param forPeer the exception that the peer is told at the end; null for an end in good order
   */
  void breakOff(RuntimeException why, RuntimeException forPeer) {
    synchronized (state) {
      if (broken == null) {
        broken = why;
        lastWord = forPeer;
        cutAt = System.nanoTime() + Limits.GRACE.toNanos();
      }
      wake();
      awaitReader();
    }
  }

  private void awaitReader() {
    long until = System.nanoTime() + Limits.GRACE.toNanos();
    boolean interrupted = false;
    while (reader != null && reader != Thread.currentThread() && System.nanoTime() - until < 0) {
      try {
        state.wait(100);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void throwIfBroken() {
    synchronized (state) {
      if (broken != null) {
        throw again();
      }
    }
  }

  private RuntimeException again() {
    return broken instanceof ChannelException e ? e.again() : broken;
  }

  private void finish() {
    RuntimeException why;
    synchronized (state) {
      why = lastWord;
    }
    synchronized (sending) {
      if (!finished) {
        finished = true;
        exchange.finish(why);
      }
    }
  }

  /** Ends the stream with an error that the peer gets by name. */
  void refuse(RuntimeException why) {
    breakOff(why, why);
    finish();
  }

  /** Makes another blocking call of Flight's, under the same rules as a read. */
  <T> T guarded(Duration limit, Supplier<T> read) {
    enter(limit);
    try {
      return read.get();
    } catch (RuntimeException e) {
      throw meaning(e);
    } finally {
      leave();
    }
  }

  @Override
  public void abort(String reason) {
    refuse(new ChannelException(Kind.ABORTED, OneLine.of(reason)));
  }

  /**
   * Returns how long the peer may take to end the call. It has all that was sent if it has answered
   * since.
   */
  private Duration patience() {
    return lastWord != null ? Limits.FAREWELL : unanswered ? Limits.GRACE : Limits.ANSWERED;
  }

  @Override
  public void close() {
    breakOff(new ChannelException(Kind.ABORTED, "this side has closed the conversation"), null);
    synchronized (state) {
      if (closed) {
        return;
      }
      closed = true;
      cutAt = System.nanoTime() + patience().toNanos();
    }
    try {
      finish();
      exchange.release();
    } finally {
      watch.cancel(false);
      onClose.accept(this);
    }
  }
}
