// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.attempt;

import io.secmoe.channel.Meter;
import io.secmoe.flight.Admission;
import io.secmoe.flight.PartyClient;
import io.secmoe.flight.ServiceException;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.TicketRequest;
import io.secmoe.flight.tls.TlsIdentity;
import io.secmoe.model.inference.Predictions;
import io.secmoe.model.input.Rows;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.Attempt;
import io.secmoe.party.BatchId;
import io.secmoe.party.Binding;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.memory.JvmMemory;
import io.secmoe.spark.memory.MemoryBudget;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.Cost;
import io.secmoe.spark.metrics.Progress;
import io.secmoe.spark.process.CodeVersion;
import io.secmoe.spark.process.RequestedProfile;
import io.secmoe.spark.remote.LostAttempt;
import io.secmoe.spark.remote.NoTicketException;
import io.secmoe.spark.remote.ServerWait;
import io.secmoe.spark.reporting.ProgressTeller;
import io.secmoe.spark.task.TaskWatch;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;

/**
 * Runs single attempts at a task's batches. Each has a new ticket, epoch and randomness. The
 * connection to the server's driver lives as long as the task. At most one ticket is held, and it
 * is used at once. Used by the task's thread.
 */
final class Attempts implements AutoCloseable {
  private final AttemptContext context;
  private final TaskContext task;
  private final Consumer<AttemptReport> reports;
  private final TlsIdentity identity;
  private final ProgressTeller progress;
  private PartyClient driver;

  /**
   * @param reports gets one report per attempt, lost ones included
   */
  Attempts(AttemptContext context, TaskContext task, Consumer<AttemptReport> reports) {
    this.context = context;
    this.task = task;
    this.reports = reports;
    this.identity = TlsIdentity.load(context.conf().tlsFiles()).forClient();
    this.progress = new ProgressTeller(context.run(), task);
  }

  /**
   * Asks for a ticket, waits in the server's queue, has the conversation and returns the
   * predictions that the server reveals.
   *
   * @param rows checked rows
   */
  Predictions run(int batch, Rows rows) {
    progress.turnTo(batch);
    MemoryBudget.Reservation room = TaskMemory.reserve(context, rows.sequences(), task);
    Try attempt = new Try(batch, rows.sequences());
    try {
      Predictions predictions = attempt.converse(attempt.ticket(), rows);
      AttemptReport report = attempt.report("");
      reports.accept(report);
      progress.tell(new Progress.Done(report));
      return predictions;
    } catch (RuntimeException e) {
      AttemptReport report = attempt.report(LostAttempt.describe(e));
      reports.accept(report);
      progress.tell(new Progress.Lost(report));
      if (attempt.epoch == 0) {
        close();
        throw new NoTicketException(e);
      }
      throw e;
    } finally {
      room.close();
    }
  }

  /** One attempt, with the facts known about it so far. */
  private final class Try {
    private final int batch;
    private final Sequences shape;
    private final long started = System.currentTimeMillis();
    private final Strategy strategy = context.conf().get(SecMoeConf.STRATEGY);
    private long epoch;
    private long ticketTime;
    private String keyFingerprint = "";
    private Meter meter;
    private ClientConversation conversation;

    Try(int batch, Sequences shape) {
      this.batch = batch;
      this.shape = shape;
    }

    /**
     * Waits in the server's queue, and for the server if it cannot be reached. A server that was
     * away has a new queue.
     */
    Admission.Granted ticket() {
      TicketRequest request =
          new TicketRequest(
              new BatchId(context.session(), context.run(), context.partition(), batch),
              shape.count(),
              shape.length(),
              context.model().digest(),
              RequestedProfile.text(context.model().layers().profile(), strategy),
              CodeVersion.text());
      ServerWait wait =
          new ServerWait(
              context.conf().get(SecMoeConf.SERVER_WAIT),
              Set.of(Code.UNREACHABLE, Code.SHUTTING_DOWN),
              task::killTaskIfInterrupted,
              this::away);
      Admission.Granted granted = wait.during(() -> ask(request, wait::heard));
      epoch = granted.epoch();
      ticketTime = System.currentTimeMillis();
      return granted;
    }

    private Admission.Granted ask(TicketRequest request, Runnable heard) {
      if (driver == null) {
        driver =
            new PartyClient(
                context.conf().server(), identity, JvmMemory.root(), context.conf().limits());
      }
      Duration deadline = context.conf().get(SecMoeConf.TICKET_DEADLINE);
      return TaskWatch.during(
          task,
          driver::close,
          () ->
              driver.ticket(
                  request,
                  deadline,
                  position -> {
                    heard.run();
                    progress.tell(new Progress.Queued(position));
                  }));
    }

    /**
     * Makes the next request over a new connection. An old connection would wait longer and longer
     * before it tries to connect again.
     */
    private void away(Duration since, ServiceException reason) {
      close();
      progress.tell(new Progress.Away(since.toMillis(), LostAttempt.describe(reason)));
    }

    Predictions converse(Admission.Granted granted, Rows rows) {
      conversation = new ClientConversation(driver.converse(granted), this::tell);
      meter = conversation.meter();
      return TaskWatch.during(
          task,
          () -> conversation.cancel("the client's task was killed"),
          () ->
              conversation.run(
                  binding(granted),
                  context.model().layers(),
                  rows,
                  strategy,
                  context.conf().nativeThreads()));
    }

    private void tell(Meter now) {
      if (keyFingerprint.isEmpty() && !conversation.keyFingerprint().isEmpty()) {
        keyFingerprint = conversation.keyFingerprint();
        progress.tell(new Progress.Keyed(epoch, keyFingerprint));
      }
      progress.tell(now);
    }

    private Binding binding(Admission.Granted granted) {
      Attempt attempt =
          new Attempt(
              context.session(),
              context.run(),
              context.partition(),
              batch,
              granted.epoch(),
              shape.count(),
              shape.length());
      return new Binding(
          Binding.Role.CLIENT,
          identity.fingerprint(),
          granted.endpoint().fingerprint(),
          context.model().digest(),
          context.model().layers().profile(),
          CodeVersion.text(),
          attempt,
          strategy.name());
    }

    AttemptReport report(String loss) {
      List<Cost> costs =
          meter == null
              ? List.of()
              : meter.entries().stream()
                  .map(Cost::ofClient)
                  .filter(cost -> cost.bytes() > 0)
                  .toList();
      return new AttemptReport(
          new AttemptReport.Batch(
              context.partition(),
              batch,
              shape.count(),
              shape.length(),
              context.limits().capacity(shape.length())),
          epoch,
          new AttemptReport.Times(started, ticketTime, System.currentTimeMillis()),
          keyFingerprint,
          loss,
          costs);
    }
  }

  @Override
  public void close() {
    if (driver != null) {
      driver.close();
      driver = null;
    }
  }
}
