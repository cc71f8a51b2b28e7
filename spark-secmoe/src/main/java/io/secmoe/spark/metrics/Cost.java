// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import io.secmoe.channel.Meter;
import java.io.Serializable;

/**
 * The cost of one step of one layer, as the client's meter counted it.
 *
 * @param toServer bytes from client to server, frame headers included
 * @param toClient bytes from server to client
 * @param rounds requests with their answers
 * @param seconds wall time inside the step
 */
public record Cost(
    String layer, String step, long toServer, long toClient, double rounds, double seconds)
    implements Serializable {
  static final Cost NOTHING = new Cost("total", "", 0, 0, 0, 0);

  /** Returns the counts of a client's meter. */
  public static Cost ofClient(Meter.Entry entry) {
    Meter.Counts all = entry.all();
    return new Cost(
        entry.layer(), entry.step(), all.sent(), all.received(), all.rounds(), all.seconds());
  }

  /** Returns the counts of a server's meter, from the client's point of view. */
  static Cost ofServer(Meter.Entry entry) {
    Meter.Counts all = entry.all();
    return new Cost(
        entry.layer(), entry.step(), all.received(), all.sent(), all.rounds(), all.seconds());
  }

  /** Returns the sum of both, under this one's names. */
  Cost plus(Cost other) {
    return new Cost(
        layer,
        step,
        toServer + other.toServer,
        toClient + other.toClient,
        rounds + other.rounds,
        seconds + other.seconds);
  }

  /** Returns the bytes both ways. */
  public long bytes() {
    return toServer + toClient;
  }
}
