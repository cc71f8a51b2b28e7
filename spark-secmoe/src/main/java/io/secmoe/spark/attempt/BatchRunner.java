// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.attempt;

import io.secmoe.model.inference.Predictions;
import io.secmoe.model.input.Rows;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.conf.Setting;
import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.InferenceException.Kind;
import io.secmoe.spark.remote.LostAttempt;
import io.secmoe.spark.remote.NoTicketException;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.TaskContext;

/**
 * Gets the predictions of a batch. It repeats lost attempts inside the task, at growing intervals,
 * as often as configured. Waiting for a server that is busy or cannot be reached is part of an
 * attempt. When that has lasted too long, the batch is given up.
 */
final class BatchRunner {
  private static final long FIRST_PAUSE_MILLIS = 250;
  private static final long LONGEST_PAUSE_MILLIS = 8_000;

  private final Attempts attempts;
  private final TaskContext task;
  private final int partition;
  private final int retries;
  private final SecMoeConf conf;
  private final String digest;

  BatchRunner(Attempts attempts, TaskContext task, AttemptContext context) {
    this.attempts = attempts;
    this.task = task;
    this.partition = context.partition();
    this.conf = context.conf();
    this.retries = conf.get(SecMoeConf.BATCH_RETRIES);
    this.digest = context.model().digest();
  }

  /**
   * Returns the predictions that the server reveals for one batch.
   *
   * @throws InferenceException SERVER_GONE, BATCH_LOST, MODEL_RENEWED, or UNUSABLE if no attempt
   *     can succeed
   */
  Predictions run(int batch, Rows rows) {
    for (int tries = 1; ; tries++) {
      try {
        return attempts.run(batch, rows);
      } catch (RuntimeException loss) {
        task.killTaskIfInterrupted();
        if (LostAttempt.isRenewal(loss)) {
          throw InferenceException.renewed(message(batch, tries, loss, renewed(conf)), digest);
        }
        if (!LostAttempt.mayPass(loss)) {
          throw failure(Kind.UNUSABLE, batch, tries, loss, "cannot be inferred");
        }
        Optional<String> vain = waitedInVain(loss);
        if (vain.isPresent() || tries > retries) {
          throw loss instanceof NoTicketException
              ? failure(
                  Kind.SERVER_GONE,
                  batch,
                  tries,
                  loss,
                  "cannot be inferred: " + vain.orElse("the server gives no ticket"))
              : failure(Kind.BATCH_LOST, batch, tries, loss, "was lost");
        }
        pause(Math.min(FIRST_PAUSE_MILLIS << Math.min(tries - 1, 10), LONGEST_PAUSE_MILLIS));
      }
    }
  }

  /**
   * Names what was waited for, if the attempt ended because that took too long. Another attempt
   * would only wait as long again.
   */
  private Optional<String> waitedInVain(RuntimeException loss) {
    return LostAttempt.beforeTicket(loss)
        .map(
            code ->
                switch (code) {
                  case UNREACHABLE, SHUTTING_DOWN ->
                      "the server has been away for longer than "
                          + seconds(SecMoeConf.SERVER_WAIT)
                          + " (one that was restarted without a fixed "
                          + SecMoeConf.DRIVER_PORTS.key()
                          + " has another address now)";
                  case BUSY ->
                      "the server gives no ticket within " + seconds(SecMoeConf.TICKET_DEADLINE);
                  default -> null;
                });
  }

  private String seconds(Setting<Duration> setting) {
    return setting.key() + ", " + conf.get(setting).toMillis() / 1e3 + " s";
  }

  private InferenceException failure(
      Kind kind, int batch, int tries, RuntimeException loss, String what) {
    return new InferenceException(kind, message(batch, tries, loss, what), loss);
  }

  private String message(int batch, int tries, RuntimeException loss, String what) {
    return "batch "
        + batch
        + " of partition "
        + partition
        + " "
        + what
        + ", attempts: "
        + tries
        + ", last reason: "
        + LostAttempt.describe(loss);
  }

  /** Says what to do if the server's model is another one. */
  private static String renewed(SecMoeConf conf) {
    String key = SecMoeConf.MODEL_DIGEST.key();
    return "cannot be inferred: the server has another model than this query was made for; "
        + (conf.get(SecMoeConf.MODEL_DIGEST).isPresent()
            ? "talk to another server, or change "
                + key
                + ", which pins the former one, if the model was renewed"
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
