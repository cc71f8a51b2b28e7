// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.party.Attempt;
import java.util.List;

/**
 * The driver's attempts at one moment. All of it is public.
 *
 * @param admitted attempts that ever got a place in the queue
 * @param entries attempts that wait or run, in order of arrival
 */
record AttemptsView(long admitted, List<Entry> entries) {
  static final AttemptsView NONE = new AttemptsView(0, List.of());

  /**
   * One attempt.
   *
   * @param tenant subject of the client's certificate, which is its FAIR pool
   * @param arrived when its ticket was first asked for, milliseconds since 1970
   * @param position position in the queue, 1 is next; 0 once it runs
   */
  record Entry(String tenant, BatchKey batch, Attempt attempt, long arrived, int position) {}

  long queued() {
    return entries.stream().filter(entry -> entry.position() > 0).count();
  }

  long running() {
    return entries.size() - queued();
  }
}
