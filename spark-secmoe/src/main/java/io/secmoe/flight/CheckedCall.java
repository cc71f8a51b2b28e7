// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.secmoe.channel.ChannelException;
import io.secmoe.flight.ServiceException.Code;
import java.io.InputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.arrow.flight.grpc.StatusUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call on the server whose requests are checked as bytes before Flight reads them. A request that
 * fails ends this call alone: the client gets an error by name, and Flight sees a cancelled call,
 * so that it frees its buffers.
 *
 * @param <Q> type of the requests; always a stream of bytes, see {@link ServedMethods}
 * @param <A> type of the answers
 */
abstract class CheckedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
  private static final Logger LOG = LoggerFactory.getLogger(CheckedCall.class);

  private final Executor pool;
  private ServerCall.Listener<Q> flight;

  /**
   * The reason of a refusal. It is written once, under this object's lock, which also keeps the
   * conversation's thread and gRPC's thread from closing or sending at once.
   */
  private volatile ChannelException refusal;

  private boolean closed;

  /**
   * @param pool runs Flight's reaction to a cancellation, which may have to wait for a reader
   */
  CheckedCall(ServerCall<Q, A> call, Executor pool) {
    super(call);
    this.pool = pool;
  }

  /** Starts the call in Flight. */
  ServerCall.Listener<Q> start(Metadata headers, ServerCallHandler<Q, A> next) {
    flight = next.startCall(this, headers);
    return new Checks();
  }

  /**
   * Checks one request.
   *
   * @throws ChannelException MALFORMED
   */
  abstract void check(InputStream request);

  /**
   * Checks that the client may send no more.
   *
   * @throws ChannelException MALFORMED
   */
  void checkEnd() {}

  /** Returns why this side has ended the call, or null. */
  ChannelException refusal() {
    return refusal;
  }

  private void refuse(ChannelException why) {
    LOG.debug("ends a call", why);
    synchronized (this) {
      if (refusal != null) {
        return;
      }
      refusal = why;
      if (!closed) {
        StatusRuntimeException named =
            (StatusRuntimeException)
                StatusUtils.toGrpcException(FlightErrors.toFlight(forPeer(why)));
        super.close(named.getStatus(), named.getTrailers());
      }
    }
    try {
      pool.execute(flight::onCancel);
    } catch (RejectedExecutionException closing) {
      flight.onCancel();
    }
  }

  private static ServiceException forPeer(ChannelException why) {
    return why.kind() == ChannelException.Kind.MALFORMED
        ? new ServiceException(Code.BAD_REQUEST, "the server " + why.reason())
        : new ServiceException(
            Code.UNAVAILABLE,
            "the server has no memory for a frame that it received; try again later");
  }

  @Override
  public boolean isCancelled() {
    return refusal != null || super.isCancelled();
  }

  @Override
  public boolean isReady() {
    return refusal == null && super.isReady();
  }

  @Override
  public synchronized void sendHeaders(Metadata headers) {
    if (refusal == null) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public synchronized void sendMessage(A message) {
    if (refusal == null) {
      super.sendMessage(message);
    }
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    if (refusal == null) {
      closed = true;
      super.close(status, trailers);
    }
  }

  /** Stands between gRPC and Flight; gRPC calls it on one thread at a time. */
  private final class Checks extends ServerCall.Listener<Q> {
    @Override
    public void onMessage(Q message) {
      if (refusal != null) {
        return;
      }
      try {
        check((InputStream) message);
        flight.onMessage(message);
      } catch (RuntimeException e) {
        refuse(Framing.meaning(e));
      }
    }

    @Override
    public void onHalfClose() {
      if (refusal != null) {
        return;
      }
      try {
        checkEnd();
      } catch (ChannelException e) {
        refuse(e);
        return;
      }
      flight.onHalfClose();
    }

    @Override
    public void onCancel() {
      if (refusal == null) {
        flight.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (refusal == null) {
        flight.onComplete();
      }
    }

    @Override
    public void onReady() {
      if (refusal == null) {
        flight.onReady();
      }
    }
  }
}
