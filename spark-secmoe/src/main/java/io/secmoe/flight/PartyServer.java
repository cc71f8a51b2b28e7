// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContext;
import io.secmoe.channel.FrameHeader;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.PeerIdentity;
import io.secmoe.flight.tls.TlsIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.auth.ServerAuthHandler;
import org.apache.arrow.flight.grpc.ServerBackpressureThresholdInterceptor;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A Flight server for a {@link PartyService}: GetFlightInfo gives out tickets, DoExchange is a
 * conversation, and the action {@code describe} returns the model's description. Flight has no
 * other method here. It uses TLS 1.3; a client without a trusted certificate gets no further than
 * the handshake.
 */
public final class PartyServer implements AutoCloseable {
  /** Bytes that the received frames of all conversations may take, whatever the parent's limit. */
  static final long MEMORY = Limits.MAX_CALLS * Limits.CONVERSATION_MEMORY;

  private static final long CLOSE_SECONDS = 3;

  /**
   * The address to listen on and the name to be found by.
   *
   * @param host host to bind, for example 0.0.0.0
   * @param firstPort first port of the range to try; 0 takes any free port
   * @param lastPort last port of the range, inclusive
   * @param advertisedHost name by which clients reach this machine
   */
  public record Listen(String host, int firstPort, int lastPort, String advertisedHost) {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException naming the ports
     */
    public Listen {
      if (firstPort < 0 || lastPort < firstPort || lastPort > 65535) {
        throw new IllegalArgumentException(
            "ports " + firstPort + " to " + lastPort + " are no range within 0 to 65535");
      }
    }
  }

  private final Server server;
  private final PartyProducer producer;
  private final ExecutorService pool;
  private final Watchdog watchdog;
  private final BufferAllocator allocator;
  private final Endpoint endpoint;
  private boolean closed;

  private PartyServer(
      Listen listen,
      TlsIdentity identity,
      PartyService service,
      BufferAllocator parent,
      Limits limits)
      throws IOException {
    SslContext tls = identity.serverContext();
    watchdog = new Watchdog();
    pool = newPool();
    producer = new PartyProducer(service, limits, watchdog);
    allocator = parent.newChildAllocator("flight server", 0, Math.min(parent.getLimit(), MEMORY));
    Server started = null;
    try {
      started = bind(listen, tls, limits);
      endpoint = new Endpoint(listen.advertisedHost(), started.getPort(), identity.fingerprint());
    } finally {
      if (started == null) {
        free();
      }
    }
    server = started;
  }

  /**
   * Starts a server.
   *
   * @param allocator parent of the memory that conversations receive; not closed
   * @throws IOException if no port of the range can be bound, naming them, or the identity cannot
   *     be used
   */
  public static PartyServer start(
      Listen listen,
      TlsIdentity identity,
      PartyService service,
      BufferAllocator allocator,
      Limits limits)
      throws IOException {
    return new PartyServer(listen, identity, service, allocator, limits);
  }

  private static ExecutorService newPool() {
    AtomicInteger number = new AtomicInteger();
    return Executors.newCachedThreadPool(
        task -> {
          Thread thread = new Thread(task, "secmoe-flight-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  private Server bind(Listen listen, SslContext tls, Limits limits) throws IOException {
    IOException last = null;
    for (int port = listen.firstPort(); port <= listen.lastPort(); port++) {
      try {
        return build(listen.host(), port, tls, limits).start();
      } catch (IOException e) {
        last = e;
      }
    }
    throw new IOException(
        "no port of "
            + listen.firstPort()
            + " to "
            + listen.lastPort()
            + " on "
            + listen.host()
            + " can be bound; set spark.secmoe.listen.host and spark.secmoe.listen.ports to an"
            + " address of this machine and free ports",
        last);
  }

  private Server build(String host, int port, SslContext tls, Limits limits) {
    long half = Math.max(1, limits.peerDeath().toMillis() / 2);
    return NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
        .sslContext(tls)
        .executor(pool)
        .callExecutor(new StreamsOnEventLoop())
        .maxInboundMessageSize(Connection.MAX_MESSAGE)
        .maxInboundMetadataSize(Connection.MAX_HEADERS)
        .decompressorRegistry(Connection.NO_COMPRESSION)
        .flowControlWindow(Limits.WINDOW)
        .maxConcurrentCallsPerConnection(Limits.MAX_CALLS)
        .keepAliveTime(half, TimeUnit.MILLISECONDS)
        .keepAliveTimeout(half, TimeUnit.MILLISECONDS)
        .permitKeepAliveTime(1, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .intercept(new CallLimit(Limits.MAX_CONVERSATIONS, Limits.MAX_CALLS, pool))
        .intercept(new PeerIdentity())
        .addService(service())
        .build();
  }

  /**
   * Returns the service without Flight's own, deprecated kind of authentication: mutual TLS does it
   * here.
   */
  @SuppressWarnings("deprecation")
  private ServerServiceDefinition service() {
    ServerServiceDefinition served =
        ServedMethods.of(
            FlightGrpcUtils.createFlightService(allocator, producer, ServerAuthHandler.NO_OP, pool),
            pool);
    return ServerInterceptors.intercept(
        served, new ServerBackpressureThresholdInterceptor(FrameHeader.MAX_FRAME));
  }

  /**
   * Runs streams' callbacks, which only queue their messages, on the event loop. Other callbacks
   * may block and take a thread of the pool.
   */
  private final class StreamsOnEventLoop implements ServerCallExecutorSupplier {
    @Override
    public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
      return call.getMethodDescriptor().getType() == MethodType.BIDI_STREAMING
          ? Runnable::run
          : pool;
    }
  }

  /** Returns the address at which clients reach this server, with the fingerprint that answers. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /**
   * Ends running conversations with SHUTTING_DOWN and frees everything; takes up to some seconds.
   *
   * @throws IllegalStateException if a conversation's memory has not been given back
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    producer.close();
    try {
      if (!server.shutdown().awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        server.shutdownNow().awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    } finally {
      free();
    }
  }

  private void free() {
    pool.shutdownNow();
    watchdog.close();
    try {
      pool.awaitTermination(Limits.GRACE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    allocator.close();
  }
}
