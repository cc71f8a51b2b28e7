// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.grpc.StatusUtils;

/**
 * Peers with a good certificate that put whatever bytes a test likes where Flight's messages
 * belong: a client and a server.
 */
final class RawCalls {
  static final String EXCHANGE = "DoExchange";

  private static final String SERVICE = "arrow.flight.protocol.FlightService";

  private RawCalls() {}

  /** The end of a call, as the peer was told. */
  record End(Status status, ErrorFlightMetadata metadata) {
    /** Returns the name of the refusal, or the status where there is none. */
    String name() {
      return metadata != null && metadata.containsKey("secmoe-code")
          ? metadata.get("secmoe-code")
          : status.getCode().name();
    }
  }

  static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type)
        .setFullMethodName(SERVICE + "/" + name)
        .setRequestMarshaller(new Bytes())
        .setResponseMarshaller(new Bytes())
        .build();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream message) {
      try {
        return message.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A client that sends raw messages. */
  static final class Client implements AutoCloseable {
    private final ManagedChannel channel;

    Client(TlsIdentity identity, Endpoint endpoint) throws Exception {
      channel =
          NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
              .sslContext(identity.clientContext(identity.trustFor(endpoint)))
              .build();
    }

    /** Sends messages in one call and waits for its end. */
    End send(String method, MethodType type, CallOptions options, boolean end, byte[]... messages)
        throws Exception {
      CompletableFuture<End> closed = new CompletableFuture<>();
      ClientCall<byte[], byte[]> call = channel.newCall(method(method, type), options);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
              CallStatus flight = StatusUtils.fromGrpcStatusAndTrailers(status, trailers);
              closed.complete(new End(status, flight.metadata()));
            }
          },
          new Metadata());
      call.request(Integer.MAX_VALUE);
      for (byte[] message : messages) {
        call.sendMessage(message);
      }
      if (end) {
        call.halfClose();
      }
      return closed.get(30, TimeUnit.SECONDS);
    }

    End exchange(byte[]... messages) throws Exception {
      return send(EXCHANGE, MethodType.BIDI_STREAMING, CallOptions.DEFAULT, false, messages);
    }

    @Override
    public void close() throws InterruptedException {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  /**
   * Starts a server that answers the first message of every call with raw messages, by the method's
   * name, and then says nothing.
   */
  static Server server(TlsIdentity identity, Map<String, List<byte[]>> answers) throws Exception {
    ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(SERVICE);
    Map<String, MethodType> types =
        Map.of(
            EXCHANGE,
            MethodType.BIDI_STREAMING,
            "GetFlightInfo",
            MethodType.UNARY,
            "DoAction",
            MethodType.SERVER_STREAMING);
    types.forEach(
        (name, type) ->
            service.addMethod(
                method(name, type),
                (call, headers) -> {
                  call.request(1);
                  return answering(call, answers.getOrDefault(name, List.of()), type);
                }));
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
        .sslContext(identity.serverContext())
        .addService(service.build())
        .build()
        .start();
  }

  private static ServerCall.Listener<byte[]> answering(
      ServerCall<byte[], byte[]> call, List<byte[]> answers, MethodType type) {
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(byte[] message) {
        call.sendHeaders(new Metadata());
        answers.forEach(call::sendMessage);
        if (type != MethodType.BIDI_STREAMING) {
          call.close(Status.OK, new Metadata());
        }
      }
    };
  }

  /**
   * Returns protobuf's bytes: each argument is a number, written as an unsigned varint, or an
   * array, written as it is.
   */
  static byte[] proto(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      if (part instanceof byte[] bytes) {
        out.writeBytes(bytes);
      } else {
        long value = ((Number) part).longValue();
        while ((value & ~0x7fL) != 0) {
          out.write((int) (value & 0x7f | 0x80));
          value >>>= 7;
        }
        out.write((int) value);
      }
    }
    return out.toByteArray();
  }

  /** Returns a field of bytes, as protobuf writes it. */
  static byte[] field(int number, byte[] value) {
    return proto(number << 3 | 2, value.length, value);
  }
}
