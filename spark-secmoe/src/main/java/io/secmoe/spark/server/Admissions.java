// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.Admission;
import io.secmoe.flight.FairShare;
import io.secmoe.flight.PartyService;
import io.secmoe.flight.ServiceException;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.TicketRequest;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.Peer;
import io.secmoe.party.Attempt;
import io.secmoe.party.EpochLedger;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The driver's endpoint: it describes the model and admits attempts. A request for a batch that is
 * already waiting goes on waiting. Any other request is a new attempt with a higher epoch, and a
 * previous attempt at the batch is cancelled. Each attempt is one Spark job. The client gets its
 * ticket when the job's task has claimed it in its own JVM. Thread-safe.
 */
final class Admissions implements PartyService, AutoCloseable {
  private static final Duration SWEEP = Duration.ofMillis(100);

  /**
   * The number of a client's places that are next in line. Their requests wait for the ticket, so
   * that it arrives at once.
   */
  private static final int NEAR = 16;

  /**
   * The pause between two requests for a later place, for each place of the same client before it.
   */
  private static final Duration PER_PLACE = Duration.ofMillis(20);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final ServedModel offer;
  private final ServingExecutors executors;
  private final AttemptJobs jobs;
  private final EpochLedger ledger = new EpochLedger();
  private final Map<BatchKey, QueuedAttempt> places = new HashMap<>();
  private final ScheduledExecutorService sweeper =
      java.util.concurrent.Executors.newSingleThreadScheduledExecutor(
          run -> {
            Thread thread = new Thread(run, "secmoe-admissions");
            thread.setDaemon(true);
            return thread;
          });
  private long arrivals;
  private boolean closing;
  private long busyNanos = System.nanoTime();

  /**
   * @param offer the model that this server offers
   * @param executors the executors that claims come from
   * @param jobs closed with this object
   */
  Admissions(ServedModel offer, ServingExecutors executors, AttemptJobs jobs) {
    this.offer = offer;
    this.executors = executors;
    this.jobs = jobs;
    Future<?> unused =
        sweeper.scheduleWithFixedDelay(
            this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public byte[] describe(Peer peer) {
    return offer.description();
  }

  @Override
  public Admission admit(Peer peer, TicketRequest request, Duration wait) {
    offer.check(request);
    QueuedAttempt place = enter(peer, request);
    boolean near = rank(place) <= NEAR;
    Admission.Granted granted = place.await(near ? wait : Duration.ZERO);
    return granted != null
        ? granted
        : new Admission.Queued(position(place), pause(rank(place), offer.silence()));
  }

  /**
   * Returns the time that a client waits before it asks again for a place.
   *
   * @param rank the place's rank among those of its client, 1 is next
   * @param silence the time after which a client is taken for gone
   */
  static Duration pause(int rank, Duration silence) {
    return rank <= NEAR
        ? Duration.ZERO
        : Collections.min(
            List.of(PER_PLACE.multipliedBy(rank), silence.dividedBy(3), LONGEST_PAUSE));
  }

  private synchronized QueuedAttempt enter(Peer peer, TicketRequest request) {
    busyNanos = System.nanoTime();
    BatchKey batch = BatchKey.of(peer.fingerprint(), request.id());
    QueuedAttempt before = places.get(batch);
    if (before != null && before.open()) {
      return before;
    }
    if (closing) {
      throw shuttingDown();
    }
    checkRoom(batch.client());
    if (before != null) {
      cancel(before);
    }
    Attempt attempt = ledger.grant(request.id(), request.rows(), request.length());
    QueuedAttempt place = new QueuedAttempt(peer.subject(), batch, attempt, arrivals++);
    place.submitted(
        jobs.submit(place.group(), peer.subject(), offer.task(batch, attempt, request)));
    places.put(batch, place);
    return place;
  }

  /**
   * Checks that a client may get one more place. The queue is shared fairly: many requests of one
   * client leave places to others.
   */
  private void checkRoom(String client) {
    List<QueuedAttempt> waiting = places.values().stream().filter(QueuedAttempt::waiting).toList();
    int held = (int) waiting.stream().filter(place -> place.batch.client().equals(client)).count();
    if (!FairShare.allows(held, offer.queueLength() - waiting.size())) {
      throw new ServiceException(
          Code.BUSY,
          "of the "
              + offer.queueLength()
              + " places in the server's queue "
              + waiting.size()
              + " are taken, "
              + held
              + " of them by this client, which gets a further one while it holds fewer than are"
              + " free; ask again later");
    }
  }

  /** Returns the number of attempts that wait in order of arrival up to this one: at least 1. */
  private synchronized int position(QueuedAttempt place) {
    return 1 + (int) before(place).count();
  }

  /** Returns the same number among the attempts of its own client. */
  private synchronized int rank(QueuedAttempt place) {
    return 1
        + (int)
            before(place)
                .filter(other -> other.batch.client().equals(place.batch.client()))
                .count();
  }

  private Stream<QueuedAttempt> before(QueuedAttempt place) {
    return places.values().stream().filter(other -> other.waiting() && other.number < place.number);
  }

  /**
   * Returns the attempts that wait or run, in order of arrival, and the number of all attempts so
   * far.
   */
  synchronized AttemptsView view() {
    List<AttemptsView.Entry> entries =
        places.values().stream()
            .filter(place -> !place.jobEnded())
            .sorted(Comparator.comparingLong(place -> place.number))
            .map(
                place ->
                    new AttemptsView.Entry(
                        place.tenant,
                        place.batch,
                        place.attempt,
                        place.arrived,
                        place.waiting() ? position(place) : 0))
            .toList();
    return new AttemptsView(arrivals, entries);
  }

  /** Takes an executor's claim; returns false if the attempt is no longer wanted. */
  boolean claimed(Claim claim) {
    QueuedAttempt place;
    synchronized (this) {
      place = places.get(claim.batch());
    }
    if (place == null || place.attempt.epoch() != claim.epoch()) {
      return false;
    }
    if (claim.refusal() != null) {
      place.fail(new ServiceException(Code.UNAVAILABLE, claim.refusal()));
      return false;
    }
    Optional<Endpoint> endpoint = executors.endpoint(claim.incarnation());
    return endpoint.isPresent() && place.claim(claim.ticket(), endpoint.get());
  }

  private synchronized void sweep() {
    if (!places.isEmpty()) {
      busyNanos = System.nanoTime();
    }
    for (QueuedAttempt place : List.copyOf(places.values())) {
      boolean ended = place.jobEnded();
      if (ended) {
        place.fail(
            new ServiceException(
                Code.UNAVAILABLE, "the executor was lost before the attempt began; ask again"));
      }
      if (place.abandoned(offer.silence())) {
        cancel(place);
        places.remove(place.batch);
      } else if (ended && !place.open()) {
        places.remove(place.batch);
      }
    }
  }

  /** Returns the time since the last attempt or request. */
  synchronized Duration idle() {
    return places.isEmpty() ? Duration.ofNanos(System.nanoTime() - busyNanos) : Duration.ZERO;
  }

  private static ServiceException shuttingDown() {
    return new ServiceException(
        Code.SHUTTING_DOWN,
        "the server is shutting down and takes no new attempts; ask another one, or later");
  }

  /** Refuses new attempts by name from now on. Admitted attempts go on. */
  synchronized void refuse() {
    closing = true;
    for (QueuedAttempt place : places.values()) {
      if (place.waiting()) {
        place.fail(shuttingDown());
        cancel(place);
      }
    }
  }

  /** Waits until no attempt is left, at most {@code limit}; returns true if none is left. */
  boolean drain(Duration limit) throws InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    while (running()) {
      if (System.nanoTime() >= until) {
        return false;
      }
      Thread.sleep(SWEEP.toMillis() / 2);
    }
    return true;
  }

  private synchronized boolean running() {
    return places.values().stream().anyMatch(place -> !place.jobEnded());
  }

  /**
   * Cancels the attempts that still run: streams are closed and native work ends at its next tile.
   */
  synchronized void cancelAll() {
    places.values().forEach(this::cancel);
  }

  private void cancel(QueuedAttempt place) {
    if (!place.jobEnded()) {
      jobs.cancel(place.group());
    }
  }

  @Override
  public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
    throw new ServiceException(
        Code.BAD_REQUEST,
        "this is the driver; conversations go to the endpoint that comes with the ticket");
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
    jobs.close();
  }
}
