// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * The methods of Flight that a server has: GetFlightInfo, DoAction and DoExchange. gRPC answers all
 * others as unimplemented and reads none of their messages. Requests reach the checks as the
 * received bytes, and reach Flight's parsers only after the checks.
 */
final class ServedMethods {
  private static final Set<String> NAMES = Set.of("GetFlightInfo", "DoAction", "DoExchange");

  /** Longest request of a method that is no conversation. A request for a ticket is shorter. */
  static final int MAX_REQUEST = 2 << 10;

  private ServedMethods() {}

  /**
   * Returns the service to give to gRPC.
   *
   * @param flight Flight's own service
   * @param pool see {@link CheckedCall}
   */
  static ServerServiceDefinition of(BindableService flight, Executor pool) {
    ServerServiceDefinition all = flight.bindService();
    ServerServiceDefinition.Builder served =
        ServerServiceDefinition.builder(all.getServiceDescriptor().getName());
    for (ServerMethodDefinition<?, ?> method : all.getMethods()) {
      if (NAMES.contains(method.getMethodDescriptor().getBareMethodName())) {
        served.addMethod(method);
      }
    }
    return ServerInterceptors.intercept(
        ServerInterceptors.useMarshalledMessages(served.build(), new Unread()), new Checks(pool));
  }

  /** Leaves messages unparsed. */
  private static final class Unread implements MethodDescriptor.Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream message) {
      return message;
    }

    @Override
    public InputStream parse(InputStream message) {
      return message;
    }
  }

  private static final class Checks implements ServerInterceptor {
    private final Executor pool;
    private final ServerInterceptor conversations;

    Checks(Executor pool) {
      this.pool = pool;
      this.conversations = ConversationCall.interceptor(pool);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      if (call.getMethodDescriptor().getType() == MethodType.BIDI_STREAMING) {
        return conversations.interceptCall(call, headers, next);
      }
      return new CheckedCall<>(call, pool) {
        @Override
        void check(InputStream request) {
          Framing.checkLength(request, MAX_REQUEST);
        }
      }.start(headers, next);
    }
  }
}
