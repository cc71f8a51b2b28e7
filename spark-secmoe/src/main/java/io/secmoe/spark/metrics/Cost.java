// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.io.Serializable;

/**
 * What one step of one layer cost, as the client's meter counted it.
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

  /** The sum of both, under this one's names. */
  Cost plus(Cost other) {
    return new Cost(
        layer,
        step,
        toServer + other.toServer,
        toClient + other.toClient,
        rounds + other.rounds,
        seconds + other.seconds);
  }

  /** Bytes both ways. */
  public long bytes() {
    return toServer + toClient;
  }
}
