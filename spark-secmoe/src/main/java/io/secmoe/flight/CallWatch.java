// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.secmoe.channel.FrameHeader;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.grpc.StatusUtils;

/**
 * Stands between Flight's client and gRPC and does three things that Flight does not do on a
 * connection's only stream. It lets the peer send no more than a few frames ahead of the reader
 * (Flight asks for the next message as soon as one is there). It limits the bytes that may pile up
 * unsent. And it notes the end of the call, which a sender that waits for its turn would not see.
 */
final class CallWatch implements ClientInterceptor {
  private volatile FlightRuntimeException end;
  private volatile ClientCall<?, ?> stream;

  /** Returns how the stream ended, or null while it goes on. */
  FlightRuntimeException end() {
    return end;
  }

  /** Notes that the reader has taken a message, so that the peer may send another. */
  void taken() {
    stream.request(1);
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    ClientCall<Q, A> call =
        next.newCall(method, options.withOnReadyThreshold(FrameHeader.MAX_FRAME));
    if (method.getType() != MethodDescriptor.MethodType.BIDI_STREAMING) {
      return call;
    }
    stream = call;
    return new SimpleForwardingClientCall<>(call) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                end = StatusUtils.fromGrpcRuntimeException(status.asRuntimeException(trailers));
                super.onClose(status, trailers);
              }
            },
            headers);
        super.request(Limits.FRAMES_AHEAD);
      }

      /** Does nothing: only {@link #taken} asks for messages. */
      @Override
      public void request(int messages) {}
    };
  }
}
