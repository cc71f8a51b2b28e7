// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.IdentityException;
import io.secmoe.flight.tls.TlsIdentity;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Result;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A client of a {@link PartyServer}: it gets the model's description and tickets, and has
 * conversations. Both sides show certificates; the server's is checked before any byte of ours is
 * sent. Methods throw {@link ServiceException} for a refusal or a server out of reach, and {@link
 * IdentityException} if a certificate is wrong. Thread-safe.
 */
public final class PartyClient implements AutoCloseable {
  static final String DESCRIBE = "describe";

  /** The least pause between two requests, if the server answers at once. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /**
   * The pause after a request that the server was too busy for: the first one, which doubles each
   * time, and the longest one.
   */
  private static final Duration BUSY_PAUSE = Duration.ofMillis(250);

  private static final Duration LONGEST_BUSY_PAUSE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofSeconds(5);

  private final TlsIdentity identity;
  private final BufferAllocator allocator;
  private final Limits limits;
  private final Connection connection;
  private final Watchdog watchdog = new Watchdog();

  /** True if a certificate was wrong in the latest call; the next call checks again. */
  private volatile boolean refused;

  /**
   * Connects with the first call.
   *
   * @param allocator parent of the memory that conversations receive; not closed. Best a relative
   *     of the channels' allocators: frames then move without a copy
   */
  public PartyClient(
      Endpoint endpoint, TlsIdentity identity, BufferAllocator allocator, Limits limits) {
    this.identity = identity;
    this.allocator = allocator;
    this.limits = limits;
    this.connection = new Connection(endpoint, identity, allocator, limits);
  }

  /** Returns the public description of the server's model, JSON. */
  public byte[] describe() {
    return call(
        () -> {
          Iterator<Result> results =
              connection.client().doAction(new Action(DESCRIBE), timeout(limits.peerDeath()));
          if (!results.hasNext()) {
            throw new ServiceException(
                Code.BAD_REQUEST, "the server has no description of its model");
          }
          return results.next().getBody();
        });
  }

  /**
   * Waits for a ticket.
   *
   * <p>While many requests of this client wait, the server answers them at once, and this method
   * sleeps in between for as long as the server says. A server that is {@link Code#BUSY} is asked
   * again, too. Pauses are jittered, so that waiting clients do not ask all together.
   *
   * @param deadline longest wait
   * @param queuePosition hears the place in the queue now and then: 1 is next, 0 says that the
   *     server is too busy to give it one
   * @throws ServiceException BUSY if the deadline passes, or the refusal
   */
  public Admission.Granted ticket(
      TicketRequest request, Duration deadline, IntConsumer queuePosition) {
    long until = System.nanoTime() + deadline.toNanos();
    Duration busy = BUSY_PAUSE;
    while (true) {
      long asked = System.nanoTime();
      Duration pause;
      String state;
      try {
        Admission answer =
            admission(
                request, Duration.ofNanos(Math.max(0, Math.min(until - asked, POLL.toNanos()))));
        if (answer instanceof Admission.Granted granted) {
          return granted;
        }
        Admission.Queued queued = (Admission.Queued) answer;
        queuePosition.accept(queued.position());
        state = "place " + queued.position() + " in the queue";
        pause = jittered(queued.after());
        busy = BUSY_PAUSE;
      } catch (ServiceException e) {
        if (e.code() != Code.BUSY) {
          throw e;
        }
        queuePosition.accept(0);
        state = e.getMessage();
        pause = jittered(busy);
        busy = busy.compareTo(LONGEST_BUSY_PAUSE) < 0 ? busy.multipliedBy(2) : busy;
      }
      long now = System.nanoTime();
      if (now - until >= 0) {
        throw new ServiceException(
            Code.BUSY,
            "no ticket within "
                + deadline.toMillis()
                + " ms: "
                + state
                + "; wait longer, or give the server more executors");
      }
      sleep(Math.min(until - now, Math.max(pause.toNanos(), PAUSE.toNanos() - (now - asked))));
    }
  }

  /** Returns a time between a half of it and all of it. */
  private static Duration jittered(Duration pause) {
    return pause
        .dividedBy(2)
        .plusNanos(ThreadLocalRandom.current().nextLong(pause.toNanos() / 2 + 1));
  }

  private Admission admission(TicketRequest request, Duration wait) {
    FlightDescriptor descriptor = Wire.ask(request, wait);
    FlightInfo info;
    try {
      info =
          call(
              () ->
                  connection.client().getInfo(descriptor, timeout(wait.plus(limits.peerDeath()))));
    } catch (ServiceException | IdentityException | IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      // Flight reads some values only after protobuf has: a location that is no address, a time
      // beyond the calendar, a descriptor of no kind.
      throw Wire.unreadable(e);
    }
    return Wire.answer(info);
  }

  private static void sleep(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(Code.UNAVAILABLE, "interrupted while waiting for a ticket", e);
    }
  }

  /**
   * Begins the conversation of a ticket, over a connection of its own to the granted endpoint.
   * Close it before this client.
   *
   * @return the transport; if the server refuses the ticket, its first receive throws that {@link
   *     ServiceException}
   */
  public FrameTransport converse(Admission.Granted granted) {
    long began = System.nanoTime();
    Connection own = new Connection(granted.endpoint(), identity, allocator, limits);
    try {
      ClientExchange exchange =
          new ClientExchange(
              own, own.client().doExchange(FlightDescriptor.command(granted.ticket())), began);
      return new FlightTransport(exchange, limits.silence(), watchdog, closed -> {});
    } catch (FlightRuntimeException e) {
      own.close();
      throw FlightErrors.ofCall(e, own.endpoint(), own.trust().failureSince(began));
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  private <T> T call(Supplier<T> call) {
    if (refused) {
      refused = false;
      connection.forgetLastAttempt();
    }
    long began = System.nanoTime();
    try {
      return call.get();
    } catch (FlightRuntimeException e) {
      RuntimeException meaning =
          FlightErrors.ofCall(e, connection.endpoint(), connection.trust().failureSince(began));
      refused = meaning instanceof IdentityException;
      throw meaning;
    }
  }

  private static CallOption timeout(Duration limit) {
    return CallOptions.timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    watchdog.close();
    connection.close();
  }
}
