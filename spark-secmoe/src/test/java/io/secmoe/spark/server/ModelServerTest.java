// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.Admission;
import io.secmoe.flight.PartyClient;
import io.secmoe.flight.ServiceException;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.TicketRequest;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.flight.tls.TlsIdentity;
import io.secmoe.model.calibration.SmallModel;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.model.layers.ModelDescription;
import io.secmoe.moe.Strategy;
import io.secmoe.party.BatchId;
import io.secmoe.party.Profile;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.memory.JvmMemory;
import io.secmoe.spark.process.CodeVersion;
import io.secmoe.spark.process.RequestedProfile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Admission by a server with one task slot: who gets a ticket, who waits, who is refused and with
 * which name.
 */
@Timeout(120)
class ModelServerTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final UUID SESSION = new UUID(1, 2);
  private static final UUID RUN = new UUID(3, 4);

  @TempDir Path folder;

  private Leftovers leftovers;
  private Parties parties;
  private ModelDescription model;
  private PartyClient client;

  @BeforeEach
  void start() throws Exception {
    leftovers = new Leftovers();
    Path directory = SmallModel.write(folder.resolve("model"));
    model = ServerModel.load(directory).description();
    parties =
        new Parties(
            folder,
            directory,
            Map.of(
                "spark.master",
                "local[1,4]",
                SecMoeConf.MEMORY.key(),
                "300m",
                SecMoeConf.QUEUE_LENGTH.key(),
                "4",
                SecMoeConf.ATTEMPT_TIMEOUT.key(),
                "12s"));
    client = connect(parties.clientFiles());
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    client.close();
    parties.close();
    leftovers.assertNone();
  }

  @Test
  void describesItsModelAndNothingElse() {
    assertArrayEquals(model.toJson(), client.describe());
    assertEquals(model.digest(), parties.server().digest());
  }

  @Test
  void askingAgainIsANewEpochAndEndsTheOldAttempt() {
    Admission.Granted first = client.ticket(ask(0), LONG, position -> {});
    Admission.Granted second = client.ticket(ask(0), LONG, position -> {});
    assertEquals(List.of(1L, 2L), List.of(first.epoch(), second.epoch()));
    try (FrameTransport late = client.converse(first)) {
      ServiceException e = assertThrows(ServiceException.class, late::receive);
      assertEquals(Code.UNKNOWN_TICKET, e.code());
    }
  }

  @Test
  void aConversationEndsWhenItsBatchIsAskedForAgain() {
    try (FrameTransport begun = client.converse(client.ticket(ask(0), LONG, position -> {}))) {
      assertEquals(
          2, client.ticket(ask(0), LONG, position -> {}).epoch(), "the only slot is free again");
      assertThrows(RuntimeException.class, begun::receive);
    }
  }

  @Test
  void withoutAFreeSlotOneWaitsInOrderOfArrival() throws Exception {
    client.ticket(ask(0), LONG, position -> {});
    ConcurrentLinkedQueue<Integer> firstSees = new ConcurrentLinkedQueue<>();
    CompletableFuture<Admission.Granted> first =
        CompletableFuture.supplyAsync(
            () -> client.ticket(ask(1), LONG, firstSees::add), run -> new Thread(run).start());
    Leftovers.eventually(false, firstSees::isEmpty, "no place told");
    ConcurrentLinkedQueue<Integer> secondSees = new ConcurrentLinkedQueue<>();
    ServiceException e =
        assertThrows(
            ServiceException.class,
            () -> client.ticket(ask(2), Duration.ofSeconds(1), secondSees::add));
    assertEquals(Code.BUSY, e.code());
    assertTrue(e.getMessage().contains("place 2 in the queue"), e.getMessage());
    assertEquals(1, firstSees.peek());
    assertEquals(1, first.join().epoch(), "it is its turn when the first client has not come");
  }

  @Test
  void aFullQueueIsWaitedOutAndHasAPlaceForAnotherClient() throws Exception {
    Admission.Granted running = client.ticket(ask(0), LONG, position -> {});
    CompletableFuture<Admission.Granted> first =
        async(client, ask(1), new ConcurrentLinkedQueue<>());
    Leftovers.eventually(
        2,
        () -> parties.spark().sparkContext().statusTracker().getActiveJobIds().length,
        "active jobs");
    CompletableFuture<Admission.Granted> second =
        async(client, ask(2), new ConcurrentLinkedQueue<>());
    Leftovers.eventually(
        3,
        () -> parties.spark().sparkContext().statusTracker().getActiveJobIds().length,
        "active jobs");
    ConcurrentLinkedQueue<Integer> thirdSees = new ConcurrentLinkedQueue<>();
    CompletableFuture<Admission.Granted> third = async(client, ask(3), thirdSees);
    Leftovers.eventually(0, thirdSees::peek, "place of a client that holds two of four");
    try (PartyClient other = connect(parties.otherFiles())) {
      ServiceException e =
          assertThrows(
              ServiceException.class, () -> other.ticket(ask(0), Duration.ZERO, position -> {}));
      assertTrue(e.getMessage().contains("place 3 in the queue"), e.getMessage());
    }
    client.converse(running).close();
    for (CompletableFuture<Admission.Granted> next : List.of(first, second, third)) {
      Admission.Granted granted = next.join();
      assertEquals(1, granted.epoch());
      client.converse(granted).close();
    }
    assertTrue(
        thirdSees.stream().allMatch(place -> place == 0 || place == 1 || place == 2),
        thirdSees.toString());
  }

  private static CompletableFuture<Admission.Granted> async(
      PartyClient client, TicketRequest request, ConcurrentLinkedQueue<Integer> places) {
    return CompletableFuture.supplyAsync(
        () -> client.ticket(request, LONG, places::add), run -> new Thread(run).start());
  }

  @Test
  void clientsFarBehindAskSeldomAndLongBeforeTheyAreTakenForGone() {
    Duration silence = Duration.ofSeconds(15);
    assertEquals(Duration.ZERO, Admissions.pause(1, silence));
    Duration before = Duration.ZERO;
    for (int rank = 1; rank <= 1_000_000; rank += 7) {
      Duration pause = Admissions.pause(rank, silence);
      assertTrue(
          pause.compareTo(before) >= 0 && pause.multipliedBy(3).compareTo(silence) <= 0,
          rank + ": " + pause);
      before = pause;
    }
    assertEquals(Duration.ofSeconds(5), before);
    assertEquals(Duration.ofMillis(30), Admissions.pause(1_000, Duration.ofMillis(90)));
  }

  @Test
  void aTicketIsItsHoldersOnly() {
    Admission.Granted granted = client.ticket(ask(0), LONG, position -> {});
    try (PartyClient other = connect(parties.otherFiles());
        FrameTransport stolen = other.converse(granted)) {
      assertEquals(
          Code.UNKNOWN_TICKET, assertThrows(ServiceException.class, stolen::receive).code());
    }
    assertEquals(1, client.ticket(ask(1), LONG, position -> {}).epoch());
  }

  @Test
  void whatCannotBeServedIsRefusedByName() {
    Profile profile = model.layers().profile();
    String wish = RequestedProfile.text(profile, Strategy.SELECT);
    String version = CodeVersion.text();
    assertEquals(
        Code.OTHER_MODEL,
        refusal(
            new TicketRequest(
                new BatchId(SESSION, RUN, 0, 0), 1, 1, "ab".repeat(32), wish, version)));
    assertEquals(
        Code.REFUSED,
        refusal(
            new TicketRequest(
                new BatchId(SESSION, RUN, 0, 0), 1, 1, model.digest(), wish + "!", version)));
    assertEquals(
        Code.REFUSED,
        refusal(
            new TicketRequest(
                new BatchId(SESSION, RUN, 0, 0), 1, 1, model.digest(), wish, "0.0.1")));
    assertEquals(
        Code.BAD_REQUEST,
        refusal(
            new TicketRequest(
                new BatchId(SESSION, RUN, 0, 0), 8193, 1, model.digest(), wish, version)));
    assertEquals(
        Code.BAD_REQUEST,
        refusal(
            new TicketRequest(
                new BatchId(SESSION, RUN, 0, 0), 1, 2, model.digest(), wish, version)));
    assertTrue(parties.server().idle().compareTo(LONG) < 0);
  }

  @Test
  void shutdownRefusesNewAttemptsByNameAndEndsTheWaiting() throws Exception {
    client.ticket(ask(0), LONG, position -> {});
    CompletableFuture<Code> waiting =
        CompletableFuture.supplyAsync(() -> refusal(ask(1)), run -> new Thread(run).start());
    Leftovers.eventually(
        2,
        () -> parties.spark().sparkContext().statusTracker().getActiveJobIds().length,
        "active jobs");
    assertFalse(waiting.isDone());
    parties.server().close();
    assertTrue(List.of(Code.UNAVAILABLE, Code.SHUTTING_DOWN).contains(waiting.join()));
    assertEquals(0, parties.spark().sparkContext().statusTracker().getActiveJobIds().length);
  }

  private Code refusal(TicketRequest request) {
    return assertThrows(ServiceException.class, () -> client.ticket(request, LONG, position -> {}))
        .code();
  }

  private TicketRequest ask(int batch) {
    return new TicketRequest(
        new BatchId(SESSION, RUN, 0, batch),
        5,
        1,
        model.digest(),
        RequestedProfile.text(model.layers().profile(), Strategy.SELECT),
        CodeVersion.text());
  }

  private PartyClient connect(TlsFiles files) {
    return new PartyClient(
        parties.server().endpoint(),
        TlsIdentity.load(files),
        JvmMemory.root(),
        parties.client(Map.of()).limits());
  }
}
