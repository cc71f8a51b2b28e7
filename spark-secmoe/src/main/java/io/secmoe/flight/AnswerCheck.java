// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.secmoe.channel.ChannelException;
import io.secmoe.channel.ChannelException.Kind;
import java.io.InputStream;
import org.apache.arrow.flight.impl.Flight;

/**
 * Checks on the client's side each message that the server sends, before Flight reads it. A message
 * that fails ends its call, and the error that {@link FlightErrors} makes of it says what was
 * wrong.
 */
final class AnswerCheck implements ClientInterceptor {
  /** Longest answer to a request for a ticket, in bytes. */
  static final int MAX_TICKET_ANSWER = 16 << 10;

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    Marshaller<A> checked = new Checked<>(method.getResponseMarshaller(), method.getType());
    return next.newCall(method.toBuilder(method.getRequestMarshaller(), checked).build(), options);
  }

  private record Checked<A>(Marshaller<A> flight, MethodType type) implements Marshaller<A> {
    @Override
    public InputStream stream(A message) {
      return flight.stream(message);
    }

    @Override
    public A parse(InputStream message) {
      try {
        check(message);
        return readable(flight.parse(message));
      } catch (RuntimeException e) {
        throw Framing.meaning(e);
      }
    }

    /**
     * Checks a message. gRPC itself bounds the description of a model, the only answer of a
     * DoAction.
     */
    private void check(InputStream message) {
      switch (type) {
        case BIDI_STREAMING -> Framing.checkFrame(message);
        case UNARY -> Framing.checkLength(message, MAX_TICKET_ANSWER);
        default -> Framing.checkLength(message, Connection.MAX_MESSAGE);
      }
    }

    /**
     * Refuses an answer with a schema. A schema within a FlightInfo claims lengths, which Flight
     * allocates before it looks at them; a ticket has no schema.
     */
    private A readable(A answer) {
      if (answer instanceof Flight.FlightInfo info && !info.getSchema().isEmpty()) {
        throw new ChannelException(
            Kind.MALFORMED, "received a ticket with a schema; tickets have none");
      }
      return answer;
    }
  }
}
