// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.tls.PeerIdentity;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Bounds the calls that are open at once, and with them the server's threads. Conversations and all
 * other calls are counted separately, each in fair shares by the clients' certificates. Streams'
 * callbacks run on gRPC's event loop, which saves a hop per message. Only a stream's cancellation
 * may have to wait for its reader, so it runs on the server's pool.
 */
final class CallLimit implements ServerInterceptor {
  private final FairShare conversations;
  private final FairShare calls;
  private final Executor pool;

  /**
   * Sets the bounds.
   *
   * @param conversations streams both ways that may be open
   * @param calls other calls that may be open
   * @param pool for cancellations
   */
  CallLimit(int conversations, int calls, Executor pool) {
    this.conversations = new FairShare(conversations);
    this.calls = new FairShare(calls);
    this.pool = pool;
  }

  /** Intercepts a call; it comes after {@link PeerIdentity}. */
  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String client = PeerIdentity.current().fingerprint();
    FairShare share =
        call.getMethodDescriptor().getType() == MethodType.BIDI_STREAMING ? conversations : calls;
    if (!share.take(client)) {
      FlightErrors.close(
          call,
          new ServiceException(
              Code.BUSY,
              "this client has as many "
                  + (share == conversations ? "conversations" : "calls")
                  + " open with this server as its share allows now; ask again later"));
      return new ServerCall.Listener<>() {};
    }
    ServerCall.Listener<Q> listener;
    try {
      listener = next.startCall(call, headers);
    } catch (RuntimeException e) {
      share.giveBack(client);
      throw e;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onComplete() {
        share.giveBack(client);
        super.onComplete();
      }

      @Override
      public void onCancel() {
        share.giveBack(client);
        try {
          pool.execute(super::onCancel);
        } catch (RejectedExecutionException closing) {
          super.onCancel();
        }
      }
    };
  }
}
