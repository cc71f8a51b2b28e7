package io.secmoe.spark.client;

import io.secmoe.model.Predictions;
import io.secmoe.model.Rows;
import io.secmoe.spark.client.InferenceException.Kind;
import io.secmoe.spark.conf.SecMoeConf;
import java.time.Duration;
import org.apache.spark.TaskContext;

/**
 * Gets a batch its predictions: repeats lost attempts inside the task, at growing intervals, as often as configured, and no longer than
 * {@code attempt.timeout} if the server does not even answer for a ticket.
 */
final class BatchRunner {
  private static final long FIRST_PAUSE_MILLIS = 250;
  private static final long LONGEST_PAUSE_MILLIS = 8_000;

  private final Attempts attempts;
  private final TaskContext task;
  private final int partition;
  private final int retries;
  private final Duration patience;
  private final String digest;
  private final String renewed;

  BatchRunner(Attempts attempts, TaskContext task, AttemptContext context) {
    this.attempts = attempts;
    this.task = task;
    this.partition = context.partition();
    this.retries = context.conf().get(SecMoeConf.BATCH_RETRIES);
    this.patience = context.conf().get(SecMoeConf.ATTEMPT_TIMEOUT);
    this.digest = context.model().digest();
    this.renewed = renewed(context.conf());
  }

  /**
   * What the server reveals of one batch.
   *
   * @throws InferenceException SERVER_GONE, BATCH_LOST, MODEL_RENEWED, or UNUSABLE if no attempt can succeed
   */
  Predictions run(int batch, Rows rows) {
    long unanswered = 0;
    for (int tries = 1; ; tries++) {
      long began = System.nanoTime();
      try {
        return attempts.run(batch, rows);
      } catch (RuntimeException loss) {
        task.killTaskIfInterrupted();
        if (Loss.isRenewal(loss)) {
          throw InferenceException.renewed(message(batch, tries, loss, renewed), digest);
        }
        if (!Loss.mayPass(loss)) {
          throw failure(Kind.UNUSABLE, batch, tries, loss, "cannot be inferred");
        }
        boolean noTicket = loss instanceof NoTicketException;
        unanswered = noTicket ? unanswered + System.nanoTime() - began : 0;
        long pause = Math.min(FIRST_PAUSE_MILLIS << Math.min(tries - 1, 10), LONGEST_PAUSE_MILLIS);
        boolean outOfPatience = unanswered / 1_000_000 + pause > patience.toMillis();
        if (tries > retries || outOfPatience) {
          throw noTicket
              ? failure(Kind.SERVER_GONE, batch, tries, loss, "cannot be inferred: the server gives no ticket")
              : failure(Kind.BATCH_LOST, batch, tries, loss, "was lost");
        }
        pause(pause);
        unanswered += noTicket ? pause * 1_000_000 : 0;
      }
    }
  }

  private InferenceException failure(Kind kind, int batch, int tries, RuntimeException loss, String what) {
    return new InferenceException(kind, message(batch, tries, loss, what), loss);
  }

  private String message(int batch, int tries, RuntimeException loss, String what) {
    return "batch " + batch + " of partition " + partition + " " + what + ", attempts: " + tries + ", last reason: " + Loss.describe(loss);
  }

  /** Says what to do where the server's model is another one. */
  private static String renewed(SecMoeConf conf) {
    String key = SecMoeConf.MODEL_DIGEST.key();
    return "cannot be inferred: the server has another model than this query was made for; "
        + (conf.get(SecMoeConf.MODEL_DIGEST).isPresent()
            ? "talk to another server, or change " + key + ", which pins the former one, if the model was renewed"
            : "make the query anew, for which the server is asked again");
  }

  private void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      task.killTaskIfInterrupted();
      throw new IllegalStateException("interrupted between two attempts", e);
    }
  }
}
