// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.channel.ChannelException;
import java.util.concurrent.CancellationException;
import org.apache.arrow.flight.FlightClient.ClientStreamListener;
import org.apache.arrow.flight.FlightClient.ExchangeReaderWriter;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.ArrowBuf;

/** The client's end, with a connection of its own. */
final class ClientExchange implements Exchange {
  private final Connection connection;
  private final FlightStream in;
  private final ClientStreamListener out;
  private final long began;

  /**
   * @param began the time before the connection was made, a value of {@link System#nanoTime}
   */
  ClientExchange(Connection connection, ExchangeReaderWriter stream, long began) {
    this.began = began;
    this.connection = connection;
    this.in = stream.getReader();
    this.out = stream.getWriter();
  }

  @Override
  public boolean next() {
    boolean more = in.next();
    if (more) {
      connection.calls().taken();
    }
    return more;
  }

  @Override
  public ArrowBuf latest() {
    return in.getLatestMetadata();
  }

  @Override
  public boolean ready() {
    return out.isReady();
  }

  @Override
  public RuntimeException ended() {
    FlightRuntimeException end = connection.calls().end();
    return end == null ? null : translate(end);
  }

  @Override
  public void put(ArrowBuf frame) {
    out.putMetadata(frame);
  }

  @Override
  public void finish(RuntimeException why) {
    if (connection.calls().end() != null) {
      return;
    }
    try {
      if (why instanceof ChannelException e && ready()) {
        put(Farewell.write(e.reason(), connection.allocator()));
      }
      out.completed();
    } catch (IllegalStateException e) {
      // The call was cut a moment ago, so there is nobody to tell.
    }
  }

  @Override
  public RuntimeException translate(RuntimeException e) {
    return FlightErrors.ofStream(e, connection.endpoint(), connection.trust().failureSince(began));
  }

  @Override
  public void cut() {
    in.cancel("the conversation is over on this side", new CancellationException());
  }

  @Override
  public void release() {
    boolean interrupted = Thread.interrupted();
    try {
      drain();
      in.close();
    } catch (Exception e) {
      // The stream's error has been reported where it occurred; closing only repeats it.
    } finally {
      connection.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Reads frames that nobody needs, so that a peer who still sends gets to its end. */
  private void drain() {
    try {
      boolean more = true;
      while (more) {
        more = next();
      }
    } catch (RuntimeException e) {
      // The call has ended with an error, which is an end as well.
    }
  }
}
