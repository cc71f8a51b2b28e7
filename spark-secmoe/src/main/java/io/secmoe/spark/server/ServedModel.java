// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.flight.ServiceException;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.TicketRequest;
import io.secmoe.model.layers.ModelDescription;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.Attempt;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.memory.MemoryPlan;
import io.secmoe.spark.process.CodeVersion;
import io.secmoe.spark.process.RequestedProfile;
import java.time.Duration;

/**
 * The model that this server offers under this configuration; all of it is public. It checks
 * clients' requests against it.
 */
final class ServedModel {
  private static final Duration HASTE = Duration.ofSeconds(5);

  private final ModelDescription model;
  private final String directory;
  private final SecMoeConf conf;
  private final byte[] description;

  /**
   * @param directory directory of the model, as every executor sees it
   */
  ServedModel(ModelDescription model, String directory, SecMoeConf conf) {
    this.model = model;
    this.directory = directory;
    this.conf = conf;
    this.description = model.toJson();
  }

  byte[] description() {
    return description.clone();
  }

  int queueLength() {
    return conf.get(SecMoeConf.QUEUE_LENGTH);
  }

  /** Returns the silence after which a client that waits for its ticket is taken for gone. */
  Duration silence() {
    return arrival(conf);
  }

  /**
   * Returns the time that a client may take from one request to the next, and from its ticket to
   * its conversation. Normally both follow at once.
   */
  static Duration arrival(SecMoeConf conf) {
    Duration connect = conf.limits().connect().plus(HASTE);
    Duration timeout = conf.get(SecMoeConf.ATTEMPT_TIMEOUT);
    return timeout.compareTo(connect) < 0 ? timeout : connect;
  }

  /**
   * Checks a request.
   *
   * @throws ServiceException if the request cannot be served, whoever asks
   */
  void check(TicketRequest request) {
    if (!request.modelDigest().equals(model.digest())) {
      throw new ServiceException(
          Code.OTHER_MODEL,
          "the client asks for the model with digest "
              + request.modelDigest()
              + ", this server has "
              + model.digest());
    }
    if (!request.codeVersion().equals(CodeVersion.text())) {
      throw new ServiceException(
          Code.REFUSED,
          "the client runs release "
              + request.codeVersion()
              + ", this server "
              + CodeVersion.text()
              + "; install the same release on both sides");
    }
    strategy(request);
    checkShape(request);
    long peak = peak(request);
    long budget = conf.get(SecMoeConf.MEMORY);
    if (peak > budget) {
      throw new ServiceException(
          Code.REFUSED,
          "a batch of "
              + shape(request)
              + " needs "
              + (peak >> 20)
              + " MiB of native memory, and "
              + SecMoeConf.MEMORY.key()
              + " is "
              + (budget >> 20)
              + " MiB; raise it on the server, or lower "
              + SecMoeConf.BATCH_ROWS.key()
              + " on the client");
    }
  }

  private void checkShape(TicketRequest request) {
    int longest = model.layers().input().longest();
    if (request.length() > longest) {
      throw new ServiceException(
          Code.BAD_REQUEST,
          "this model takes rows of a padded length up to "
              + longest
              + ", not "
              + request.length());
    }
    if ((long) request.rows() * request.length() > Sequences.MAX_TOKENS) {
      throw new ServiceException(
          Code.BAD_REQUEST,
          "a batch has 1 to " + Sequences.MAX_TOKENS + " rows or tokens, not " + shape(request));
    }
  }

  AttemptTask task(BatchKey batch, Attempt attempt, TicketRequest request) {
    return new AttemptTask(
        batch,
        attempt.epoch(),
        attempt.rows(),
        attempt.length(),
        strategy(request),
        directory,
        model.digest(),
        peak(request));
  }

  private long peak(TicketRequest request) {
    return MemoryPlan.server(model.layers(), strategy(request), shape(request));
  }

  private static Sequences shape(TicketRequest request) {
    return new Sequences(request.rows(), request.length());
  }

  private Strategy strategy(TicketRequest request) {
    return RequestedProfile.strategy(request, model.layers().profile());
  }
}
