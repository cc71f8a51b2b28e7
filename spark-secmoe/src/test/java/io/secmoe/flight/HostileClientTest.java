// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.secmoe.channel.ChannelException;
import io.secmoe.channel.ChannelException.Kind;
import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.tls.Peer;
import io.secmoe.flight.tls.PeerTrust;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A client with a good certificate that speaks Flight, but not our protocol. The server refuses by
 * name and goes on.
 */
@Timeout(60)
class HostileClientTest {
  private final CompletableFuture<RuntimeException> seen = new CompletableFuture<>();
  private final Served served =
      new Served(
          new StubService() {
            @Override
            public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
              try {
                transport.receive().close();
              } catch (RuntimeException e) {
                seen.complete(e);
                throw e;
              }
            }
          });
  private final Connection connection =
      new Connection(
          served.server.endpoint(), TestCertificates.get().client, served.root, Served.LIMITS);
  private final FlightClient client = connection.client();

  @AfterEach
  void theServerStillServesAndNothingIsLeft() {
    connection.close();
    try (PartyClient honest = served.client()) {
      assertTrue(honest.describe().length > 0);
    }
    served.close();
  }

  private static void refused(Code code, Runnable call) {
    ServiceException e =
        FlightErrors.refusal(assertThrows(FlightRuntimeException.class, call::run));
    assertEquals(code, e.code());
  }

  private ChannelException seen() throws Exception {
    return (ChannelException) seen.get(20, TimeUnit.SECONDS);
  }

  private ArrowBuf bytes(int n) {
    ArrowBuf buffer = served.root.buffer(n);
    buffer.setZero(0, n);
    buffer.writerIndex(n);
    return buffer;
  }

  private FlightClient.ExchangeReaderWriter exchange() {
    return client.doExchange(FlightDescriptor.command(new byte[] {1}));
  }

  @Test
  void requestsThatCannotBeRead() {
    byte[] truncated =
        java.util.Arrays.copyOf(
            Wire.ask(TicketRequestTest.SAMPLE, java.time.Duration.ZERO).getCommand(), 60);
    byte[] negative = Wire.ask(TicketRequestTest.SAMPLE, java.time.Duration.ZERO).getCommand();
    negative[0] = -1;
    for (byte[] command :
        new byte[][] {new byte[0], new byte[3], new byte[1000], truncated, negative}) {
      refused(Code.BAD_REQUEST, () -> client.getInfo(FlightDescriptor.command(command)));
    }
    refused(Code.BAD_REQUEST, () -> client.getInfo(FlightDescriptor.path("a", "b")));
  }

  @Test
  void anUnknownAction() {
    refused(Code.BAD_REQUEST, () -> client.doAction(new Action("shutdown")).next());
  }

  @Test
  void aConversationWithoutATicket() {
    FlightClient.ExchangeReaderWriter stream = client.doExchange(FlightDescriptor.path("a"));
    refused(Code.BAD_REQUEST, () -> stream.getReader().next());
  }

  @Test
  void methodsThatThisServerDoesNotHave() {
    assertThrows(
        FlightRuntimeException.class,
        () -> client.listFlights(org.apache.arrow.flight.Criteria.ALL).iterator().next());
    assertThrows(FlightRuntimeException.class, () -> client.getSchema(FlightDescriptor.path("a")));
  }

  @Test
  void aMessageAboveTheLimit() throws Exception {
    FlightClient.ExchangeReaderWriter stream = exchange();
    stream.getWriter().putMetadata(bytes(Connection.MAX_MESSAGE + 1));
    assertEquals(Kind.PEER_GONE, seen().kind());
  }

  @Test
  void aMessageWithTabularData() throws Exception {
    FlightClient.ExchangeReaderWriter stream = exchange();
    try (IntVector ints = new IntVector("i", served.root);
        VectorSchemaRoot table = VectorSchemaRoot.of(ints)) {
      ints.allocateNew(1);
      ints.set(0, 1);
      table.setRowCount(1);
      stream.getWriter().start(table);
      stream.getWriter().putNext();
      assertEquals(Kind.MALFORMED, seen().kind());
    }
  }

  @Test
  void aFarewellOfAnyContent() throws Exception {
    FlightClient.ExchangeReaderWriter stream = exchange();
    ArrowBuf farewell = bytes(1000);
    farewell.setBytes(0, "SMbye\u001b[2J\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    stream.getWriter().putMetadata(farewell);
    assertEquals(Kind.PEER_GONE, seen().kind());
    assertTrue(
        seen().getMessage().chars().noneMatch(Character::isISOControl),
        "control characters do not reach a log");
  }

  @Test
  @SuppressWarnings("try")
  void headersAboveTheLimit() throws Exception {
    Metadata huge = new Metadata();
    huge.put(
        Metadata.Key.of("x-big", Metadata.ASCII_STRING_MARSHALLER),
        "x".repeat(Connection.MAX_HEADERS + 1));
    PeerTrust trust = TestCertificates.get().client.trustFor(served.server.endpoint());
    var channel =
        NettyChannelBuilder.forAddress("127.0.0.1", served.server.endpoint().port())
            .intercept(MetadataUtils.newAttachHeadersInterceptor(huge))
            .sslContext(TestCertificates.get().client.clientContext(trust))
            .build();
    try (FlightClient big = FlightGrpcUtils.createFlightClient(served.root, channel)) {
      assertThrows(
          FlightRuntimeException.class,
          () -> big.doAction(new Action(PartyClient.DESCRIBE)).next());
    }
  }
}
