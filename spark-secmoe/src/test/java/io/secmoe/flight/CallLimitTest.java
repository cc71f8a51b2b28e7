// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.secmoe.flight.tls.Peer;
import io.secmoe.flight.tls.PeerIdentity;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class CallLimitTest {
  /** A number of calls of which one client alone gets two. */
  private static final int FOUR = 4;

  /** Knows its type, and otherwise only notes how it was closed. */
  private static final class Noted extends ServerCall<byte[], byte[]>
      implements MethodDescriptor.Marshaller<byte[]> {
    final MethodType type;
    Status closed;
    Metadata trailers;

    Noted(MethodType type) {
      this.type = type;
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(byte[] message) {}

    @Override
    public void close(Status status, Metadata with) {
      closed = status;
      trailers = with;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<byte[], byte[]> getMethodDescriptor() {
      return MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(type)
          .setFullMethodName("a/b")
          .setRequestMarshaller(this)
          .setResponseMarshaller(this)
          .build();
    }

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      return new byte[0];
    }
  }

  private final List<String> events = new ArrayList<>();
  private final ServerCallHandler<byte[], byte[]> handler =
      (call, headers) ->
          new ServerCall.Listener<>() {
            @Override
            public void onCancel() {
              events.add("cancelled");
            }

            @Override
            public void onComplete() {
              events.add("completed");
            }
          };

  private static ServerCall.Listener<byte[]> open(
      CallLimit limit, String client, Noted call, ServerCallHandler<byte[], byte[]> with) {
    try {
      return PeerIdentity.of(new Peer("CN=" + client, client))
          .call(() -> limit.interceptCall(call, new Metadata(), with));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private ServerCall.Listener<byte[]> admitted(CallLimit limit, String client, MethodType type) {
    Noted call = new Noted(type);
    ServerCall.Listener<byte[]> listener = open(limit, client, call, handler);
    assertNull(call.closed);
    return listener;
  }

  private void refused(CallLimit limit, String client, MethodType type) {
    Noted call = new Noted(type);
    open(limit, client, call, handler);
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, call.closed.getCode());
    assertEquals(
        "BUSY",
        call.trailers.get(Metadata.Key.of("secmoe-code", Metadata.ASCII_STRING_MARSHALLER)));
  }

  @Test
  void oneCallTooManyIsRefusedUntilAnotherEnds() {
    CallLimit limit = new CallLimit(1, FOUR, Runnable::run);
    ServerCall.Listener<byte[]> first = admitted(limit, "one", MethodType.UNARY);
    ServerCall.Listener<byte[]> second = admitted(limit, "one", MethodType.SERVER_STREAMING);
    refused(limit, "one", MethodType.UNARY);
    first.onComplete();
    second.onCancel();
    admitted(limit, "one", MethodType.UNARY);
    admitted(limit, "one", MethodType.UNARY);
    assertEquals(List.of("completed", "cancelled"), events);
  }

  @Test
  void aClientAtItsShareLeavesCallsToOthersAndConversationsToItself() {
    CallLimit limit = new CallLimit(FOUR, FOUR, Runnable::run);
    for (MethodType type : List.of(MethodType.UNARY, MethodType.BIDI_STREAMING)) {
      admitted(limit, "one", type);
      admitted(limit, "one", type);
      refused(limit, "one", type);
      admitted(limit, "two", type);
      refused(limit, "two", type);
      admitted(limit, "three", type);
    }
  }

  @Test
  void aCallThatFailsToStartDoesNotCount() {
    CallLimit limit = new CallLimit(1, 1, Runnable::run);
    for (int i = 0; i < 3; i++) {
      assertThrows(
          IllegalStateException.class,
          () ->
              open(
                  limit,
                  "one",
                  new Noted(MethodType.UNARY),
                  (call, headers) -> {
                    throw new IllegalStateException("no");
                  }));
    }
    admitted(limit, "one", MethodType.UNARY);
  }

  @Test
  void aCancellationIsDeliveredAlsoWhenThePoolIsClosed() {
    CallLimit limit =
        new CallLimit(
            1,
            1,
            task -> {
              throw new RejectedExecutionException();
            });
    admitted(limit, "one", MethodType.BIDI_STREAMING).onCancel();
    assertEquals(List.of("cancelled"), events);
  }
}
