// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.channel.ChannelException;
import io.secmoe.channel.ChannelException.Kind;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.ArrowBuf;

/** The server's end. Ending the call frees the received frames. */
final class ServerExchange implements Exchange {
  private final FlightStream in;
  private final ServerStreamListener out;
  private final ConversationCall<?, ?> call;

  ServerExchange(FlightStream in, ServerStreamListener out, ConversationCall<?, ?> call) {
    this.in = in;
    this.out = out;
    this.call = call;
  }

  @Override
  public boolean next() {
    call.read();
    boolean more = in.next();
    if (more) {
      call.taken();
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
    ChannelException refusal = call.refusal();
    if (refusal != null) {
      return refusal.again();
    }
    return out.isCancelled() ? gone() : null;
  }

  private static ChannelException gone() {
    return new ChannelException(
        Kind.PEER_GONE, "the client has cancelled the call, or its process or connection is gone");
  }

  @Override
  public void put(ArrowBuf frame) {
    out.putMetadata(frame);
  }

  @Override
  public void finish(RuntimeException why) {
    if (out.isCancelled()) {
      return;
    }
    if (why == null) {
      out.completed();
    } else if (why instanceof ChannelException e) {
      out.error(CallStatus.CANCELLED.withDescription(e.reason()).toRuntimeException());
    } else {
      out.error(FlightErrors.toFlight(why));
    }
  }

  @Override
  public RuntimeException translate(RuntimeException e) {
    return FlightErrors.ofStream(e, null, null);
  }

  /** Does nothing: the call is over once it is finished. */
  @Override
  public void cut() {}

  /** Does nothing: {@link #finish} has freed everything, and a cancelled call frees itself. */
  @Override
  public void release() {}
}
