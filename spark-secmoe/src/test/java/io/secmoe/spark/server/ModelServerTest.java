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
import io.secmoe.flight.TlsFiles;
import io.secmoe.flight.TlsIdentity;
import io.secmoe.model.ModelDescription;
import io.secmoe.model.ServerModel;
import io.secmoe.model.SmallModel;
import io.secmoe.moe.Strategy;
import io.secmoe.party.Profile;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.task.CodeVersion;
import io.secmoe.spark.task.JvmMemory;
import io.secmoe.spark.task.Wish;
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

/** Admission by a server with one task slot: who gets a ticket, who waits, who is refused and with which name. */
@Timeout(120)
class ModelServerTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final UUID SESSION = new UUID(1, 2);
  private static final UUID RUN = new UUID(3, 4);

  @TempDir
  Path folder;

  private Leftovers leftovers;
  private Parties parties;
  private ModelDescription model;
  private PartyClient client;

  @BeforeEach
  void start() throws Exception {
    leftovers = new Leftovers();
    Path directory = SmallModel.write(folder.resolve("model"));
    model = ServerModel.load(directory).description();
    parties = new Parties(folder, directory, Map.of("spark.master", "local[1,4]", SecMoeConf.MEMORY.key(), "300m",
        SecMoeConf.QUEUE_LENGTH.key(), "2", SecMoeConf.ATTEMPT_TIMEOUT.key(), "12s"));
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
  void withoutAFreeSlotOneWaitsInOrderOfArrival() throws Exception {
    client.ticket(ask(0), LONG, position -> {});
    ConcurrentLinkedQueue<Integer> firstSees = new ConcurrentLinkedQueue<>();
    CompletableFuture<Admission.Granted> first =
        CompletableFuture.supplyAsync(() -> client.ticket(ask(1), LONG, firstSees::add), run -> new Thread(run).start());
    Leftovers.eventually(false, firstSees::isEmpty, "no place told");
    ConcurrentLinkedQueue<Integer> secondSees = new ConcurrentLinkedQueue<>();
    ServiceException e = assertThrows(ServiceException.class, () -> client.ticket(ask(2), Duration.ofSeconds(1), secondSees::add));
    assertEquals(Code.UNAVAILABLE, e.code());
    assertTrue(e.getMessage().contains("place 2 in the queue"), e.getMessage());
    assertEquals(1, firstSees.peek());
    assertEquals(Code.REFUSED, refusal(ask(3)), "two wait already");
    assertEquals(1, first.join().epoch(), "it is its turn when the first client has not come");
  }

  @Test
  void aTicketIsItsHoldersOnly() {
    Admission.Granted granted = client.ticket(ask(0), LONG, position -> {});
    try (PartyClient other = connect(parties.otherFiles()); FrameTransport stolen = other.converse(granted)) {
      assertEquals(Code.UNKNOWN_TICKET, assertThrows(ServiceException.class, stolen::receive).code());
    }
    assertEquals(1, client.ticket(ask(1), LONG, position -> {}).epoch());
  }

  @Test
  void whatCannotBeServedIsRefusedByName() {
    Profile profile = model.layers().profile();
    String wish = Wish.text(profile, Strategy.SELECT);
    String version = CodeVersion.text();
    assertEquals(Code.OTHER_MODEL, refusal(new TicketRequest(SESSION, RUN, 0, 0, 1, 1, "ab".repeat(32), wish, version)));
    assertEquals(Code.REFUSED, refusal(new TicketRequest(SESSION, RUN, 0, 0, 1, 1, model.digest(), wish + "!", version)));
    assertEquals(Code.REFUSED, refusal(new TicketRequest(SESSION, RUN, 0, 0, 1, 1, model.digest(), wish, "0.0.1")));
    assertEquals(Code.BAD_REQUEST, refusal(new TicketRequest(SESSION, RUN, 0, 0, 8193, 1, model.digest(), wish, version)));
    assertEquals(Code.BAD_REQUEST, refusal(new TicketRequest(SESSION, RUN, 0, 0, 1, 2, model.digest(), wish, version)));
    assertTrue(parties.server().idle().compareTo(LONG) < 0);
  }

  @Test
  void shutdownRefusesNewAttemptsByNameAndEndsTheWaiting() throws Exception {
    client.ticket(ask(0), LONG, position -> {});
    CompletableFuture<Code> waiting = CompletableFuture.supplyAsync(() -> refusal(ask(1)), run -> new Thread(run).start());
    Leftovers.eventually(2, () -> parties.spark().sparkContext().statusTracker().getActiveJobIds().length, "active jobs");
    assertFalse(waiting.isDone());
    parties.server().close();
    assertTrue(List.of(Code.UNAVAILABLE, Code.SHUTTING_DOWN).contains(waiting.join()));
    assertEquals(0, parties.spark().sparkContext().statusTracker().getActiveJobIds().length);
  }

  private Code refusal(TicketRequest request) {
    return assertThrows(ServiceException.class, () -> client.ticket(request, LONG, position -> {})).code();
  }

  private TicketRequest ask(int batch) {
    return new TicketRequest(SESSION, RUN, 0, batch, 5, 1, model.digest(), Wish.text(model.layers().profile(), Strategy.SELECT),
        CodeVersion.text());
  }

  private PartyClient connect(TlsFiles files) {
    return new PartyClient(parties.server().endpoint(), TlsIdentity.load(files), JvmMemory.root(), parties.client(Map.of()).limits());
  }
}
