package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class CallLimitTest {
  /** A call that only notes how it was closed. */
  private static final class Noted extends ServerCall<byte[], byte[]> {
    Status closed;

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(byte[] message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      closed = status;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<byte[], byte[]> getMethodDescriptor() {
      throw new UnsupportedOperationException();
    }
  }

  private final List<String> events = new ArrayList<>();

  private ServerCall.Listener<byte[]> open(CallLimit limit, Noted call) {
    return limit.interceptCall(call, new Metadata(), (c, h) -> new ServerCall.Listener<>() {
      @Override
      public void onCancel() {
        events.add("cancelled");
      }

      @Override
      public void onComplete() {
        events.add("completed");
      }
    });
  }

  @Test
  void oneCallTooManyIsRefusedUntilAnotherEnds() {
    CallLimit limit = new CallLimit(2, Runnable::run);
    ServerCall.Listener<byte[]> first = open(limit, new Noted());
    ServerCall.Listener<byte[]> second = open(limit, new Noted());
    Noted third = new Noted();
    open(limit, third);
    assertEquals(Status.Code.UNAVAILABLE, third.closed.getCode());
    first.onComplete();
    second.onCancel();
    for (int i = 0; i < 2; i++) {
      Noted later = new Noted();
      open(limit, later);
      assertNull(later.closed);
    }
    assertEquals(List.of("completed", "cancelled"), events);
  }

  @Test
  void aCallThatFailsToStartDoesNotCount() {
    CallLimit limit = new CallLimit(1, Runnable::run);
    for (int i = 0; i < 3; i++) {
      org.junit.jupiter.api.Assertions.assertThrows(IllegalStateException.class,
          () -> limit.interceptCall(new Noted(), new Metadata(), (c, h) -> {
            throw new IllegalStateException("no");
          }));
    }
    Noted fine = new Noted();
    open(limit, fine);
    assertNull(fine.closed);
  }

  @Test
  void aCancellationIsDeliveredAlsoWhenThePoolIsClosed() {
    CallLimit limit = new CallLimit(1, task -> {
      throw new RejectedExecutionException();
    });
    open(limit, new Noted()).onCancel();
    assertEquals(List.of("cancelled"), events);
  }
}
