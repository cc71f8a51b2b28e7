// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static io.secmoe.flight.RawCalls.field;
import static io.secmoe.flight.RawCalls.proto;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.secmoe.channel.ChannelException;
import io.secmoe.channel.FrameHeader;
import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.tls.Peer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.ArrowBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A client with a good certificate that sends a server whatever bytes it likes. Each such call ends
 * with a name, the memory that it took comes back, and another client's conversation goes on.
 */
@Timeout(120)
class HostileBytesTest {
  private static final TestCertificates CERTIFICATES = TestCertificates.get();
  private static final byte TO_BE_REFUSED = 2;

  private final BlockingQueue<RuntimeException> ends = new LinkedBlockingQueue<>();
  private final Served served =
      new Served(
          new StubService() {
            /** Sends back what comes: to the hostile client one frame. */
            @Override
            public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
              if (ticket.length == 1 && ticket[0] == TO_BE_REFUSED) {
                refuseAfterAWhile();
              }
              try {
                do {
                  transport.send(transport.receive());
                } while (peer.subject().startsWith("CN=other"));
              } catch (RuntimeException e) {
                if (peer.subject().startsWith("CN=client")) {
                  ends.add(e);
                }
                throw e;
              }
            }
          });

  private static void refuseAfterAWhile() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new ServiceException(ServiceException.Code.UNKNOWN_TICKET, "no such ticket");
  }

  private PartyClient honest;
  private FrameTransport running;
  private RawCalls.Client hostile;
  private long atStart;

  @BeforeEach
  void anHonestConversationRuns() throws Exception {
    honest = served.client(CERTIFICATES.otherClient, served.server.endpoint());
    running = converse();
    echo(running);
    hostile = new RawCalls.Client(CERTIFICATES.client, served.server.endpoint());
    assertEquals(
        "OK",
        hostile.exchange(HostileBytes.descriptor(), HostileBytes.frame()).name(),
        "the raw client can be honest");
    settle();
    atStart = served.root.getAllocatedMemory();
  }

  @AfterEach
  void theHonestConversationGoesOnAndANewOneWorks() throws Exception {
    hostile.close();
    echo(running);
    running.close();
    try (FrameTransport next = converse()) {
      echo(next);
    }
    honest.close();
    served.close();
  }

  private FrameTransport converse() {
    return honest.converse(new Admission.Granted(new byte[] {1}, served.server.endpoint(), 1));
  }

  private void echo(FrameTransport transport) {
    ArrowBuf frame = served.root.buffer(FrameHeader.MAX_FRAME);
    frame.setZero(0, FrameHeader.MAX_FRAME);
    frame.writerIndex(FrameHeader.MAX_FRAME);
    transport.send(frame);
    try (ArrowBuf back = transport.receive()) {
      assertEquals(FrameHeader.MAX_FRAME, back.readableBytes());
    }
  }

  /** Waits until nothing more is given back: calls free their memory on other threads. */
  private void settle() throws InterruptedException {
    long before = -1;
    for (int same = 0; same < 5; Thread.sleep(20)) {
      long now = served.root.getAllocatedMemory();
      same = now == before ? same + 1 : 0;
      before = now;
    }
  }

  private void memoryIsBack(String after) throws InterruptedException {
    for (int i = 0; i < 1000 && served.root.getAllocatedMemory() != atStart; i++) {
      Thread.sleep(20);
    }
    assertEquals(atStart, served.root.getAllocatedMemory(), "bytes allocated after: " + after);
  }

  @Test
  void insteadOfADescriptor() throws Exception {
    for (Map.Entry<String, byte[]> bad : HostileBytes.messages().entrySet()) {
      RawCalls.End end = hostile.exchange(bad.getValue());
      assertEquals("BAD_REQUEST", end.name(), bad.getKey() + ": " + end.status());
      assertTrue(end.status().getDescription().contains("received"), end.status().getDescription());
    }
    memoryIsBack("messages instead of a descriptor");
    assertTrue(ends.isEmpty(), "no such call reaches the service");
  }

  @Test
  void insteadOfAFrame() throws Exception {
    for (Map.Entry<String, byte[]> bad : HostileBytes.messages().entrySet()) {
      ends.clear();
      RawCalls.End end = hostile.exchange(HostileBytes.descriptor(), bad.getValue());
      assertEquals("BAD_REQUEST", end.name(), bad.getKey() + ": " + end.status());
      ChannelException seen = (ChannelException) ends.poll(20, TimeUnit.SECONDS);
      assertEquals(ChannelException.Kind.MALFORMED, seen.kind(), bad.getKey());
    }
    memoryIsBack("messages instead of a frame");
  }

  @Test
  void aFrameFirstOrADescriptorTwice() throws Exception {
    assertEquals("BAD_REQUEST", hostile.exchange(HostileBytes.frame()).name());
    assertEquals(
        "BAD_REQUEST",
        hostile.exchange(HostileBytes.descriptor(), HostileBytes.descriptor()).name());
    assertEquals(
        "BAD_REQUEST",
        hostile
            .exchange(field(HostileBytes.DESCRIPTOR, new byte[Framing.MAX_DESCRIPTOR + 1]))
            .name());
    assertEquals(
        "BAD_REQUEST",
        hostile.exchange(field(HostileBytes.DESCRIPTOR, new byte[] {18, 127, 1})).name(),
        "protobuf cut off");
    assertEquals(
        "BAD_REQUEST",
        hostile.exchange(field(HostileBytes.DESCRIPTOR, proto(1 << 3, 0))).name(),
        "a descriptor of no kind");
    memoryIsBack("messages in the wrong order");
  }

  @Test
  void anEndBeforeTheTicket() throws Exception {
    RawCalls.End end =
        hostile.send(RawCalls.EXCHANGE, MethodType.BIDI_STREAMING, CallOptions.DEFAULT, true);
    assertEquals("BAD_REQUEST", end.name());
    assertTrue(
        end.status().getDescription().contains("before its ticket"), end.status().getDescription());
  }

  @Test
  void compressedMessages() throws Exception {
    CallOptions gzip = CallOptions.DEFAULT.withCompression("gzip");
    RawCalls.End end =
        hostile.send(
            RawCalls.EXCHANGE,
            MethodType.BIDI_STREAMING,
            gzip,
            false,
            HostileBytes.descriptor(),
            field(3, new byte[1 << 20]));
    assertEquals(Status.Code.UNIMPLEMENTED, end.status().getCode());
    memoryIsBack("compressed messages");
  }

  @Test
  void methodsThatAConversationDoesNotNeed() throws Exception {
    byte[] claim = proto(HostileBytes.BODY << 3 | 2, 64 << 20);
    for (String name :
        new String[] {
          "DoPut", "Handshake", "DoGet", "ListFlights", "PollFlightInfo", "GetSchema", "ListActions"
        }) {
      MethodType type =
          name.equals("DoPut") || name.equals("Handshake")
              ? MethodType.BIDI_STREAMING
              : MethodType.SERVER_STREAMING;
      RawCalls.End end = hostile.send(name, type, CallOptions.DEFAULT, true, claim);
      assertEquals(Status.Code.UNIMPLEMENTED, end.status().getCode(), name);
    }
    memoryIsBack("methods that are not there");
  }

  @Test
  void requestsOfOneMessage() throws Exception {
    for (String name : new String[] {"GetFlightInfo", "DoAction"}) {
      MethodType type = name.equals("DoAction") ? MethodType.SERVER_STREAMING : MethodType.UNARY;
      byte[] large = field(2, new byte[ServedMethods.MAX_REQUEST]);
      RawCalls.End end = hostile.send(name, type, CallOptions.DEFAULT, true, large);
      assertEquals("BAD_REQUEST", end.name(), name + ": " + end.status());
      assertTrue(
          end.status().getDescription().contains("at most " + ServedMethods.MAX_REQUEST),
          end.status().getDescription());
      for (byte[] bad :
          new byte[][] {
            proto(18, Integer.MAX_VALUE),
            proto(18, 1L << 31),
            proto(18, -1),
            {-1},
            proto(18, 5, new byte[3])
          }) {
        assertEquals(
            "BAD_REQUEST",
            hostile.send(name, type, CallOptions.DEFAULT, true, bad).name(),
            name + Arrays.toString(bad));
      }
    }
    memoryIsBack("requests of one message");
  }

  /** Frames of a client whose ticket is not yet accepted are not read. */
  @Test
  void withoutATicketNothingButTheDescriptorIsTaken() throws Exception {
    byte[][] messages = new byte[9][];
    Arrays.fill(messages, field(HostileBytes.METADATA, new byte[FrameHeader.MAX_FRAME]));
    messages[0] = HostileBytes.descriptor(TO_BE_REFUSED);
    served.root.setLimit(served.root.getAllocatedMemory());
    try {
      RawCalls.End end = hostile.exchange(messages);
      assertEquals("UNKNOWN_TICKET", end.name(), end.status().toString());
    } finally {
      served.root.setLimit(Long.MAX_VALUE);
    }
  }

  @Test
  void aFrameForWhichThereIsNoMemoryEndsItsConversationOnly() throws Exception {
    served.root.setLimit(served.root.getAllocatedMemory() + (1 << 20));
    try {
      RawCalls.End end =
          hostile.exchange(
              HostileBytes.descriptor(),
              field(HostileBytes.METADATA, new byte[FrameHeader.MAX_FRAME]));
      assertEquals("UNAVAILABLE", end.name(), end.status().toString());
      assertTrue(
          end.status().getDescription().contains("no memory"), end.status().getDescription());
      assertEquals(
          "OK",
          hostile.exchange(HostileBytes.descriptor(), HostileBytes.frame()).name(),
          "a smaller one passes");
    } finally {
      served.root.setLimit(Long.MAX_VALUE);
    }
    memoryIsBack("a frame without memory");
  }

  @Test
  void theServersMemoryHasALimitOfItsOwn() {
    assertTrue(
        served.root.getChildAllocators().stream()
            .anyMatch(a -> a.getLimit() == PartyServer.MEMORY));
    assertNotEquals(Long.MAX_VALUE, PartyServer.MEMORY);
  }

  /** Honest messages, changed at random: whatever becomes of the call, its memory comes back. */
  @Test
  void mutatedMessages() throws Exception {
    Random random = new Random(20260);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] descriptor = HostileBytes.descriptor();
      byte[] frame = field(HostileBytes.METADATA, new byte[1 + random.nextInt(5000)]);
      byte[][] messages =
          random.nextInt(3) == 0
              ? new byte[][] {mutated(descriptor, random), frame, mutated(frame, random)}
              : new byte[][] {descriptor, mutated(frame, random), mutated(frame, random)};
      String name = hostile.exchange(messages).name();
      assertTrue(name.equals("OK") || name.equals("BAD_REQUEST"), name);
      refused += name.equals("OK") ? 0 : 1;
    }
    assertTrue(refused > 100 && refused < 300, refused + " of 300 refused");
    memoryIsBack("300 mutated messages");
  }

  private static byte[] mutated(byte[] message, Random random) {
    byte[] changed = message.clone();
    int at = random.nextInt(Math.min(8, message.length));
    return switch (random.nextInt(5)) {
      case 0 -> {
        changed[at] ^= (byte) (1 << random.nextInt(8));
        yield changed;
      }
      case 1 -> Arrays.copyOf(changed, random.nextInt(message.length));
      case 2 ->
          proto(
              Arrays.copyOf(changed, at),
              new byte[] {-1, -1, -1, -1, 7},
              Arrays.copyOfRange(changed, at, changed.length));
      case 3 -> proto(changed, Arrays.copyOfRange(changed, at, changed.length));
      default -> {
        changed[message.length - 1] ^= (byte) random.nextInt();
        yield changed;
      }
    };
  }
}
