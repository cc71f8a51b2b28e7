package io.secmoe.spark.server;

import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.Admission;
import io.secmoe.flight.Endpoint;
import io.secmoe.flight.PartyService;
import io.secmoe.flight.Peer;
import io.secmoe.flight.ServiceException;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.TicketRequest;
import io.secmoe.party.Attempt;
import io.secmoe.party.EpochLedger;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The driver's endpoint: describes the model and admits attempts. An ask for a batch that is already waiting goes on waiting; any other
 * ask is a new attempt with a higher epoch, and what is left of the previous one is cancelled. Each attempt is one Spark job; the
 * client gets its ticket when the job's task has claimed it in its own JVM. Thread-safe.
 */
final class Admissions implements PartyService, AutoCloseable {
  private static final Duration SWEEP = Duration.ofMillis(100);

  private final Offer offer;
  private final Executors executors;
  private final AttemptJobs jobs;
  private final EpochLedger ledger = new EpochLedger();
  private final Map<BatchKey, Place> places = new HashMap<>();
  private final ScheduledExecutorService sweeper = java.util.concurrent.Executors.newSingleThreadScheduledExecutor(run -> {
    Thread thread = new Thread(run, "secmoe-admissions");
    thread.setDaemon(true);
    return thread;
  });
  private long arrivals;
  private boolean closing;
  private long busyNanos = System.nanoTime();

  /**
   * @param offer what this server offers
   * @param executors where claims come from
   * @param jobs closed with this object
   */
  Admissions(Offer offer, Executors executors, AttemptJobs jobs) {
    this.offer = offer;
    this.executors = executors;
    this.jobs = jobs;
    sweeper.scheduleWithFixedDelay(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public byte[] describe(Peer peer) {
    return offer.description();
  }

  @Override
  public Admission admit(Peer peer, TicketRequest request, Duration wait) {
    offer.check(request);
    Place place = enter(peer, request);
    Admission.Granted granted = place.await(wait);
    return granted != null ? granted : new Admission.Queued(position(place));
  }

  private synchronized Place enter(Peer peer, TicketRequest request) {
    busyNanos = System.nanoTime();
    BatchKey batch = BatchKey.of(peer.fingerprint(), request);
    Place before = places.get(batch);
    if (before != null && before.open()) {
      return before;
    }
    if (closing) {
      throw new ServiceException(Code.SHUTTING_DOWN, "the server is shutting down and takes no new attempts; ask another one, or later");
    }
    if (places.values().stream().filter(Place::waiting).count() >= offer.queueLength()) {
      throw new ServiceException(Code.REFUSED, offer.queueLength() + " attempts wait already; ask later");
    }
    if (before != null) {
      cancel(before);
    }
    Attempt attempt = ledger.grant(request.session(), request.run(), request.partition(), request.batch(), request.rows(),
        request.length());
    Place place = new Place(peer.subject(), batch, attempt, arrivals++);
    places.put(batch, place);
    place.submitted(jobs.submit(place.group(), peer.subject(), offer.task(batch, attempt, request)));
    return place;
  }

  /** How many attempts, this one included, wait in order of arrival: at least 1. */
  private synchronized int position(Place place) {
    return 1 + (int) places.values().stream().filter(other -> other.waiting() && other.number < place.number).count();
  }

  /** Attempts that wait or run, in order of arrival, and how many there were in all. */
  synchronized AttemptsView view() {
    List<AttemptsView.Entry> entries = places.values().stream().filter(place -> !place.jobEnded())
        .sorted(Comparator.comparingLong(place -> place.number))
        .map(place -> new AttemptsView.Entry(place.tenant, place.batch, place.attempt, place.arrived,
            place.waiting() ? position(place) : 0))
        .toList();
    return new AttemptsView(arrivals, entries);
  }

  /** An executor's claim; false if the attempt is no longer wanted. */
  boolean claimed(Claim claim) {
    Place place;
    synchronized (this) {
      place = places.get(claim.batch());
    }
    if (place == null || place.attempt.epoch() != claim.epoch()) {
      return false;
    }
    if (claim.refusal() != null) {
      place.fail(claim.refusal());
      return false;
    }
    Optional<Endpoint> endpoint = executors.endpoint(claim.incarnation());
    return endpoint.isPresent() && place.claim(claim.ticket(), endpoint.get());
  }

  private synchronized void sweep() {
    if (!places.isEmpty()) {
      busyNanos = System.nanoTime();
    }
    for (Place place : List.copyOf(places.values())) {
      boolean ended = place.jobEnded();
      if (ended) {
        place.fail("the executor was lost before the attempt began; ask again");
      }
      if (place.abandoned(offer.silence())) {
        cancel(place);
        places.remove(place.batch);
      } else if (ended && !place.open()) {
        places.remove(place.batch);
      }
    }
  }

  /** How long there has been neither an attempt nor an ask. */
  synchronized Duration idle() {
    return places.isEmpty() ? Duration.ofNanos(System.nanoTime() - busyNanos) : Duration.ZERO;
  }

  /** Refuses new attempts by name from now on; those admitted go on. */
  synchronized void refuse() {
    closing = true;
    for (Place place : places.values()) {
      if (place.waiting()) {
        place.fail("the server is shutting down");
        cancel(place);
      }
    }
  }

  /** Waits until no attempt is left, at most {@code limit}; whether that came true. */
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

  /** Cancels what still runs: streams are closed and native work ends at its next tile. */
  synchronized void cancelAll() {
    places.values().forEach(this::cancel);
  }

  private void cancel(Place place) {
    if (!place.jobEnded()) {
      jobs.cancel(place.group());
    }
  }

  @Override
  public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
    throw new ServiceException(Code.BAD_REQUEST, "this is the driver; conversations go to the endpoint that comes with the ticket");
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
    jobs.close();
  }
}
