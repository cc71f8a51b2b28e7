// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.Peer;
import io.secmoe.flight.tls.TlsIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.memory.ArrowBuf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One client with more waiting asks than any limit has room for; and how a client waits for a
 * server that is too busy for it.
 */
@Timeout(120)
class WaitingAsksTest {
  private static final int CONNECTIONS = 3;
  private static final int MANY = 2 * Limits.MAX_CALLS;

  /**
   * Queues the first client for ever: an ask that may wait does so until the test ends. Gives
   * others tickets and an echo.
   */
  private static class Crowded extends StubService {
    final CountDownLatch over = new CountDownLatch(1);
    final Set<Thread> waiting = ConcurrentHashMap.newKeySet();
    final AtomicInteger asks = new AtomicInteger();
    Endpoint here;

    @Override
    public Admission admit(Peer peer, TicketRequest request, Duration wait) {
      if (!peer.subject().equals("CN=client,O=Test")) {
        return new Admission.Granted(new byte[] {1}, here, 1);
      }
      asks.incrementAndGet();
      if (!wait.isZero()) {
        waiting.add(Thread.currentThread());
        awaitEnd();
      }
      return new Admission.Queued(1);
    }

    private void awaitEnd() {
      try {
        over.await();
      } catch (InterruptedException e) {
        throw new ServiceException(Code.UNAVAILABLE, "the test is over");
      }
    }

    @Override
    public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
      transport.send(transport.receive());
    }
  }

  private static ManagedChannel channel(Served served) throws Exception {
    TlsIdentity client = TestCertificates.get().client;
    return NettyChannelBuilder.forAddress("127.0.0.1", served.server.endpoint().port())
        .sslContext(client.clientContext(client.trustFor(served.server.endpoint())))
        .build();
  }

  private static Flight.FlightDescriptor ask() {
    byte[] command = Wire.ask(TicketRequestTest.SAMPLE, Duration.ofSeconds(30)).getCommand();
    return Flight.FlightDescriptor.newBuilder()
        .setType(Flight.FlightDescriptor.DescriptorType.CMD)
        .setCmd(ByteString.copyFrom(command))
        .build();
  }

  private static void serves(Served served, TlsIdentity tenant) {
    try (PartyClient other = served.client(tenant, served.server.endpoint())) {
      assertTrue(other.describe().length > 0);
      Admission.Granted granted =
          other.ticket(TicketRequestTest.SAMPLE, Duration.ofSeconds(30), position -> {});
      try (FrameTransport transport = other.converse(granted)) {
        ArrowBuf frame = served.root.buffer(100);
        frame.setZero(0, 100);
        frame.writerIndex(100);
        transport.send(frame);
        transport.receive().close();
      }
    }
  }

  @Test
  void moreAsksThanEveryLimitLeaveAnotherClientItsCalls() throws Exception {
    Crowded crowded = new Crowded();
    List<ManagedChannel> channels = new ArrayList<>();
    try (Served served = new Served(crowded)) {
      crowded.here = served.server.endpoint();
      List<ListenableFuture<Flight.FlightInfo>> asks = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        channels.add(channel(served));
      }
      for (int i = 0; i < MANY; i++) {
        asks.add(
            FlightServiceGrpc.newFutureStub(channels.get(i % CONNECTIONS)).getFlightInfo(ask()));
      }
      long waiting = awaitAnswers(asks);
      assertTrue(waiting <= Limits.MAX_POLLS / 2, waiting + " asks wait");
      assertEquals(waiting, crowded.waiting.size());
      serves(served, TestCertificates.get().otherClient);
      crowded.over.countDown();
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }

  /** Returns how many are left without an answer when a client's whole share of polls waits. */
  private static long awaitAnswers(List<ListenableFuture<Flight.FlightInfo>> asks)
      throws InterruptedException {
    while (true) {
      long open = asks.stream().filter(ask -> !ask.isDone()).count();
      if (open <= Limits.MAX_POLLS / 2) {
        return open;
      }
      Thread.sleep(50);
    }
  }

  @Test
  void callsThatAreOpenedAndNeverMadeLeaveAnotherClientItsOwn() throws Exception {
    Crowded crowded = new Crowded();
    List<ManagedChannel> channels = new ArrayList<>();
    CountDownLatch refused = new CountDownLatch(MANY - Limits.MAX_CALLS / 2);
    List<Status.Code> codes = new CopyOnWriteArrayList<>();
    try (Served served = new Served(crowded)) {
      crowded.here = served.server.endpoint();
      for (int i = 0; i < CONNECTIONS; i++) {
        channels.add(channel(served));
      }
      for (int i = 0; i < MANY; i++) {
        open(channels.get(i % CONNECTIONS), codes, refused);
      }
      assertTrue(
          refused.await(60, TimeUnit.SECONDS), refused.getCount() + " calls too many are open");
      assertEquals(Set.of(Status.Code.RESOURCE_EXHAUSTED), Set.copyOf(codes));
      serves(served, TestCertificates.get().otherClient);
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }

  /**
   * The client takes the method for a stream, because it would not even send the headers of a call
   * whose only message is still to come.
   */
  private static void open(
      ManagedChannel channel, List<Status.Code> codes, CountDownLatch refused) {
    ClientCall<Flight.FlightDescriptor, Flight.FlightInfo> call =
        channel.newCall(
            FlightServiceGrpc.getGetFlightInfoMethod().toBuilder()
                .setType(MethodType.BIDI_STREAMING)
                .build(),
            CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            codes.add(status.getCode());
            refused.countDown();
          }
        },
        new Metadata());
    call.request(1);
  }

  @Test
  void aBusyServerIsAskedAgainUntilItGivesATicket() {
    AtomicInteger asked = new AtomicInteger();
    Crowded crowded =
        new Crowded() {
          @Override
          public Admission admit(Peer peer, TicketRequest request, Duration wait) {
            return switch (asked.incrementAndGet()) {
              case 1, 2 -> throw new ServiceException(Code.BUSY, "the queue is full");
              case 3 -> new Admission.Queued(7, Duration.ofMillis(10));
              default -> new Admission.Granted(new byte[] {1}, here, 9);
            };
          }
        };
    try (Served served = new Served(crowded);
        PartyClient client = served.client()) {
      crowded.here = served.server.endpoint();
      List<Integer> positions = new CopyOnWriteArrayList<>();
      assertEquals(
          9,
          client.ticket(TicketRequestTest.SAMPLE, Duration.ofSeconds(60), positions::add).epoch());
      assertEquals(List.of(0, 0, 7), positions);
    }
  }

  @Test
  void aServerThatStaysBusyIsNamedWhenTheDeadlinePasses() {
    StubService full =
        new StubService() {
          @Override
          public Admission admit(Peer peer, TicketRequest request, Duration wait) {
            throw new ServiceException(Code.BUSY, "the queue is full");
          }
        };
    try (Served served = new Served(full);
        PartyClient client = served.client()) {
      ServiceException e =
          assertThrows(
              ServiceException.class,
              () ->
                  client.ticket(TicketRequestTest.SAMPLE, Duration.ofMillis(700), position -> {}));
      assertEquals(Code.BUSY, e.code());
      assertTrue(
          e.getMessage().contains("no ticket within 700 ms: the queue is full"), e.getMessage());
    }
  }

  @Test
  void aClientAsksNoSoonerThanItIsTold() {
    AtomicInteger asked = new AtomicInteger();
    StubService far =
        new StubService() {
          @Override
          public Admission admit(Peer peer, TicketRequest request, Duration wait) {
            asked.incrementAndGet();
            return new Admission.Queued(900, Duration.ofSeconds(30));
          }
        };
    try (Served served = new Served(far);
        PartyClient client = served.client()) {
      assertThrows(
          ServiceException.class,
          () -> client.ticket(TicketRequestTest.SAMPLE, Duration.ofSeconds(2), position -> {}));
      assertTrue(
          asked.get() <= 3, "once, and once more at the deadline; asked " + asked + " times");
    }
  }
}
