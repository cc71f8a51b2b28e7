// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static io.secmoe.flight.RawCalls.field;
import static io.secmoe.flight.RawCalls.proto;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.Server;
import io.secmoe.channel.ChannelException;
import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.memory.ArrowBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A server with a good certificate that answers with whatever bytes it likes. Each answer ends its
 * call with a name, the memory that it took comes back, and the client's conversation with an
 * honest server goes on.
 */
@Timeout(120)
class HostileServerTest {
  private static final TestCertificates CERTIFICATES = TestCertificates.get();

  private final Map<String, List<byte[]>> answers = new ConcurrentHashMap<>();
  private final Served honest =
      new Served(
          new StubService() {
            @Override
            public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
              while (true) {
                transport.send(transport.receive());
              }
            }
          });
  private Server hostile;
  private Endpoint endpoint;
  private PartyClient client;
  private PartyClient honestClient;
  private FrameTransport running;
  private long atStart;

  @BeforeEach
  void start() throws Exception {
    hostile = RawCalls.server(CERTIFICATES.server, answers);
    endpoint = new Endpoint("127.0.0.1", hostile.getPort(), CERTIFICATES.server.fingerprint());
    client = honest.client(CERTIFICATES.client, endpoint);
    honestClient = honest.client();
    running =
        honestClient.converse(new Admission.Granted(new byte[] {1}, honest.server.endpoint(), 1));
    echo();
    atStart = honest.root.getAllocatedMemory();
  }

  @AfterEach
  void theHonestConversationGoesOn() throws Exception {
    echo();
    running.close();
    honestClient.close();
    client.close();
    hostile.shutdownNow().awaitTermination();
    honest.close();
  }

  private void echo() {
    ArrowBuf frame = honest.root.buffer(1000);
    frame.setZero(0, 1000);
    frame.writerIndex(1000);
    running.send(frame);
    running.receive().close();
  }

  private ChannelException conversation(byte[]... messages) {
    answers.put(RawCalls.EXCHANGE, List.of(messages));
    try (FrameTransport transport =
        client.converse(new Admission.Granted(new byte[] {1}, endpoint, 1))) {
      return assertThrows(
          ChannelException.class,
          () -> {
            while (true) {
              transport.receive().close();
            }
          });
    }
  }

  @Test
  void insteadOfAFrame() {
    for (Map.Entry<String, byte[]> bad : HostileBytes.messages().entrySet()) {
      ChannelException e = conversation(bad.getValue());
      assertEquals(ChannelException.Kind.MALFORMED, e.kind(), bad.getKey());
      assertTrue(e.reason().startsWith("received a"), e.reason());
      assertEquals(
          atStart, honest.root.getAllocatedMemory(), "bytes allocated after: " + bad.getKey());
    }
  }

  @Test
  void afterAFrame() {
    for (byte[] bad :
        List.of(
            proto(HostileBytes.BODY << 3 | 2, 64 << 20), HostileBytes.descriptor(), new byte[0])) {
      assertEquals(
          ChannelException.Kind.MALFORMED,
          conversation(HostileBytes.frame(), HostileBytes.frame(), bad).kind());
      assertEquals(atStart, honest.root.getAllocatedMemory());
    }
  }

  @Test
  void aFrameForWhichThereIsNoMemory() {
    honest.root.setLimit(honest.root.getAllocatedMemory() + 1000);
    try {
      ChannelException e = conversation(field(HostileBytes.METADATA, new byte[1 << 20]));
      assertEquals(ChannelException.Kind.ABORTED, e.kind());
      assertTrue(e.reason().contains("no memory"), e.reason());
    } finally {
      honest.root.setLimit(Long.MAX_VALUE);
    }
    assertEquals(atStart, honest.root.getAllocatedMemory());
  }

  private ServiceException ticket(byte[] answer) {
    answers.put("GetFlightInfo", List.of(answer));
    return assertThrows(
        ServiceException.class,
        () -> client.ticket(TicketRequestTest.SAMPLE, Duration.ofSeconds(10), place -> {}));
  }

  private static byte[] info(Consumer<Flight.FlightInfo.Builder> change) {
    Flight.FlightInfo.Builder info = Flight.FlightInfo.newBuilder();
    info.getFlightDescriptorBuilder().setTypeValue(2);
    change.accept(info);
    return info.build().toByteArray();
  }

  @Test
  void insteadOfATicket() {
    List<byte[]> bad = new ArrayList<>();
    bad.add(info(i -> i.setSchema(ByteString.copyFrom(HostileBytes.schemaThatClaimsMuch()))));
    bad.add(info(i -> i.setSchema(ByteString.copyFrom(new byte[] {-1, -1, -1, 127}))));
    bad.add(
        info(i -> i.setAppMetadata(ByteString.copyFrom(new byte[AnswerCheck.MAX_TICKET_ANSWER]))));
    bad.add(info(i -> i.addEndpointBuilder().addLocationBuilder().setUri("grpc://[")));
    bad.add(
        info(
            i ->
                i.addEndpointBuilder()
                    .setExpirationTime(
                        Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).setNanos(-1))));
    bad.add(info(i -> i.addEndpointBuilder()));
    bad.add(info(i -> i.getFlightDescriptorBuilder().setTypeValue(77)));
    bad.add(new byte[0]);
    for (long claim : new long[] {5, Integer.MAX_VALUE, 1L << 31, -1}) {
      bad.add(proto(1 << 3 | 2, claim));
    }
    for (byte[] answer : bad) {
      ServiceException e = ticket(answer);
      assertEquals(Code.BAD_REQUEST, e.code(), e.getMessage());
    }
    assertTrue(ticket(bad.get(0)).getMessage().contains("schema"), "the error says what was wrong");
    assertTrue(
        ticket(bad.get(2)).getMessage().contains("at most"), "the error says what was wrong");
  }

  @Test
  void insteadOfADescription() {
    for (byte[] bad :
        List.of(
            proto(1 << 3 | 2, Integer.MAX_VALUE),
            proto(1 << 3 | 2, 1L << 31),
            proto(1 << 3 | 2, -1),
            new byte[] {-1})) {
      answers.put("DoAction", List.of(bad));
      ServiceException e = assertThrows(ServiceException.class, client::describe);
      assertEquals(Code.BAD_REQUEST, e.code(), e.getMessage());
    }
    answers.put("DoAction", List.of());
    assertEquals(Code.BAD_REQUEST, assertThrows(ServiceException.class, client::describe).code());
  }
}
