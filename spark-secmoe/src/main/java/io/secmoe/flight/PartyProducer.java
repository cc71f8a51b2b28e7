// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.channel.ChannelException;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.tls.Peer;
import io.secmoe.flight.tls.PeerIdentity;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps Flight's methods to a {@link PartyService}. */
final class PartyProducer extends NoOpFlightProducer {
  private static final Logger LOG = LoggerFactory.getLogger(PartyProducer.class);
  private static final Duration DESCRIPTOR = Duration.ofSeconds(10);

  private final PartyService service;
  private final Limits limits;
  private final Watchdog watchdog;
  private final FairShare polls = new FairShare(Limits.MAX_POLLS);
  private final Set<FlightTransport> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  PartyProducer(PartyService service, Limits limits, Watchdog watchdog) {
    this.service = service;
    this.limits = limits;
    this.watchdog = watchdog;
  }

  /** Takes no new calls; running conversations end with a reason. */
  void close() {
    closing = true;
    open.forEach(transport -> transport.refuse(shuttingDown()));
  }

  private static ServiceException shuttingDown() {
    return new ServiceException(
        Code.SHUTTING_DOWN, "the server is shutting down; ask again when it is back");
  }

  @Override
  public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
    if (!action.getType().equals(PartyClient.DESCRIBE)) {
      throw FlightErrors.toFlight(
          new ServiceException(
              Code.BAD_REQUEST, "this server knows one action, " + PartyClient.DESCRIBE));
    }
    listener.onNext(new Result(named(() -> service.describe(PeerIdentity.current()))));
    listener.onCompleted();
  }

  @Override
  public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
    return named(
        () -> {
          Wire.Ask ask = Wire.ask(descriptor);
          return Wire.answer(descriptor, admit(PeerIdentity.current(), ask));
        });
  }

  /**
   * Asks for admission. The answer waits for the ticket only within the client's share of the
   * threads that may wait; other requests are answered at once.
   */
  private Admission admit(Peer peer, Wire.Ask ask) {
    if (!polls.take(peer.fingerprint())) {
      Admission answer = service.admit(peer, ask.request(), Duration.ZERO);
      return answer instanceof Admission.Queued queued
              && queued.after().compareTo(Limits.NO_POLL) < 0
          ? new Admission.Queued(queued.position(), Limits.NO_POLL)
          : answer;
    }
    try {
      return service.admit(peer, ask.request(), ask.patience());
    } finally {
      polls.giveBack(peer.fingerprint());
    }
  }

  private <T> T named(Supplier<T> call) {
    try {
      if (closing) {
        throw shuttingDown();
      }
      return call.get();
    } catch (RuntimeException e) {
      log(e);
      throw FlightErrors.toFlight(e);
    }
  }

  private static void log(RuntimeException e) {
    if (FlightErrors.isNamed(e)) {
      LOG.debug("refused a call", e);
    } else {
      LOG.error("a call failed", e);
    }
  }

  @Override
  public void doExchange(CallContext context, FlightStream reader, ServerStreamListener writer) {
    ServerExchange exchange = new ServerExchange(reader, writer, ConversationCall.current());
    try (FlightTransport transport =
        new FlightTransport(exchange, limits.silence(), watchdog, open::remove)) {
      open.add(transport);
      writer.setOnCancelHandler(() -> transport.breakOff(exchange.ended(), null));
      try {
        if (writer.isCancelled()) {
          throw exchange.ended();
        }
        converse(transport, reader);
      } catch (ChannelException e) {
        transport.abort(e.reason());
      } catch (RuntimeException e) {
        log(e);
        transport.refuse(e);
      }
    }
  }

  private void converse(FlightTransport transport, FlightStream reader) {
    if (closing) {
      throw shuttingDown();
    }
    FlightDescriptor descriptor = transport.guarded(DESCRIPTOR, reader::getDescriptor);
    if (!descriptor.isCommand()) {
      throw new ServiceException(Code.BAD_REQUEST, "a conversation begins with a ticket");
    }
    service.converse(PeerIdentity.current(), descriptor.getCommand(), transport);
  }
}
