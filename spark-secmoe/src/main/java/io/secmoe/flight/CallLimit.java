package io.secmoe.flight;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the calls that are open at once, and with them the server's threads. Streams' callbacks run on gRPC's event loop, which saves a
 * hop per message; only a stream's cancellation may have to wait for its reader, and so runs on the server's pool.
 */
final class CallLimit implements ServerInterceptor {
  private final int limit;
  private final Executor pool;
  private final AtomicInteger open = new AtomicInteger();

  CallLimit(int limit, Executor pool) {
    this.limit = limit;
    this.pool = pool;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (open.incrementAndGet() > limit) {
      open.decrementAndGet();
      call.close(Status.UNAVAILABLE.withDescription("the server has " + limit + " calls open, its limit; try again later"), new Metadata());
      return new ServerCall.Listener<>() { };
    }
    ServerCall.Listener<Q> listener;
    try {
      listener = next.startCall(call, headers);
    } catch (RuntimeException e) {
      open.decrementAndGet();
      throw e;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onComplete() {
        open.decrementAndGet();
        super.onComplete();
      }

      @Override
      public void onCancel() {
        open.decrementAndGet();
        try {
          pool.execute(super::onCancel);
        } catch (RejectedExecutionException closing) {
          super.onCancel();
        }
      }
    };
  }
}
