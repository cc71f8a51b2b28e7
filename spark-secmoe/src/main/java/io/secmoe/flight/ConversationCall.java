// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.secmoe.channel.ChannelException;
import io.secmoe.channel.ChannelException.Kind;
import java.io.InputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A conversation's call on the server: the first message is a descriptor, every other one a frame.
 * The service reads only once it has accepted the ticket. Until then only the descriptor is taken
 * from the client; after that, no more than a few frames ahead of the reader.
 *
 * @param <Q> type of the requests
 * @param <A> type of the answers
 */
final class ConversationCall<Q, A> extends CheckedCall<Q, A> {
  private static final Context.Key<ConversationCall<?, ?>> CURRENT =
      Context.key("secmoe-conversation");

  private final AtomicBoolean reading = new AtomicBoolean();
  private boolean described;

  private ConversationCall(ServerCall<Q, A> call, Executor pool) {
    super(call, pool);
  }

  /** Returns the conversation that this thread serves. */
  static ConversationCall<?, ?> current() {
    return CURRENT.get();
  }

  /** Makes every call of a method a conversation. */
  static ServerInterceptor interceptor(Executor pool) {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        ConversationCall<Q, A> conversation = new ConversationCall<>(call, pool);
        Context context = Context.current().withValue(CURRENT, conversation);
        return Contexts.interceptCall(
            context,
            conversation,
            headers,
            (same, h) -> {
              ServerCall.Listener<Q> listener = conversation.start(h, next);
              call.request(1);
              return listener;
            });
      }
    };
  }

  /** Notes that the service waits for a frame. */
  void read() {
    if (reading.compareAndSet(false, true)) {
      delegate().request(Limits.FRAMES_AHEAD);
    }
  }

  /** Notes that the service has taken a frame, so that the client may send another. */
  void taken() {
    delegate().request(1);
  }

  /**
   * Does nothing: Flight asks for the next message as soon as one is there; only {@link #read} and
   * {@link #taken} ask.
   */
  @Override
  public void request(int messages) {}

  @Override
  void check(InputStream request) {
    if (described) {
      Framing.checkFrame(request);
    } else {
      Framing.checkDescriptor(request);
      described = true;
    }
  }

  @Override
  void checkEnd() {
    if (!described) {
      throw new ChannelException(
          Kind.MALFORMED, "received the end of a conversation before its ticket");
    }
  }
}
