// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.secmoe.channel.FrameHeader;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.IdentityException;
import io.secmoe.flight.tls.PeerTrust;
import io.secmoe.flight.tls.TlsIdentity;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A client's connection to one endpoint: TLS, limits, memory. gRPC's callbacks run on its event
 * loop; none of them blocks.
 */
final class Connection implements AutoCloseable {
  /** A frame, and room for what Flight and gRPC put around it. */
  static final int MAX_MESSAGE = FrameHeader.MAX_FRAME + (64 << 10);

  static final int MAX_HEADERS = 16 << 10;

  /**
   * No compression. Messages are random bytes, so a compressed one could only be an attempt to make
   * this side unpack much.
   */
  static final DecompressorRegistry NO_COMPRESSION =
      DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);

  private final Endpoint endpoint;
  private final PeerTrust trust;
  private final CallWatch calls = new CallWatch();
  private final BufferAllocator allocator;
  private final ManagedChannel channel;
  private final FlightClient client;

  Connection(Endpoint endpoint, TlsIdentity identity, BufferAllocator parent, Limits limits) {
    this.endpoint = endpoint;
    this.trust = identity.trustFor(endpoint);
    this.channel = channel(identity, limits);
    this.allocator =
        parent.newChildAllocator(
            "flight to " + endpoint.address(),
            0,
            Math.min(parent.getLimit(), Limits.CONVERSATION_MEMORY));
    this.client = FlightGrpcUtils.createFlightClient(allocator, channel);
  }

  private ManagedChannel channel(TlsIdentity identity, Limits limits) {
    long half = limits.peerDeath().toMillis() / 2;
    try {
      return NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
          .sslContext(identity.clientContext(trust))
          .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) limits.connect().toMillis())
          .keepAliveTime(half, TimeUnit.MILLISECONDS)
          .keepAliveTimeout(half, TimeUnit.MILLISECONDS)
          .flowControlWindow(Limits.WINDOW)
          .maxInboundMessageSize(MAX_MESSAGE)
          .maxInboundMetadataSize(MAX_HEADERS)
          .decompressorRegistry(NO_COMPRESSION)
          .disableRetry()
          .directExecutor()
          .intercept(new AnswerCheck(), calls)
          .build();
    } catch (SSLException e) {
      throw new IdentityException(
          IdentityException.Kind.UNREADABLE,
          "this side's key or certificate cannot be used for TLS: "
              + e.getMessage()
              + "; make new ones with an elliptic-curve or RSA key",
          e);
    }
  }

  Endpoint endpoint() {
    return endpoint;
  }

  PeerTrust trust() {
    return trust;
  }

  CallWatch calls() {
    return calls;
  }

  /**
   * Makes the next call try to connect at once. Otherwise it would fail as the last attempt did
   * until gRPC's pause is over.
   */
  void forgetLastAttempt() {
    channel.enterIdle();
  }

  BufferAllocator allocator() {
    return allocator;
  }

  FlightClient client() {
    return client;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      client.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      allocator.close();
    }
  }
}
