// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.io.Serializable;
import java.util.List;

/**
 * One attempt as its client's task saw it. Everything here is public.
 *
 * @param batch the batch
 * @param epoch granted by the server; 0 if the attempt was lost before that
 * @param times when it began and ended
 * @param keyFingerprint SHA-256 of the first frame of this attempt's public keys, hexadecimal;
 *     empty if no keys were sent
 * @param loss why the attempt was lost; empty if it went well
 * @param costs by layer and step in the order of the conversation
 */
public record AttemptReport(
    Batch batch, long epoch, Times times, String keyFingerprint, String loss, List<Cost> costs)
    implements Serializable {
  /**
   * The batch of an attempt.
   *
   * @param partition index of the partition
   * @param index index of the batch in its partition
   * @param rows rows in the batch
   * @param length tokens every row was padded to; 1 for rows of features
   * @param capacity rows a full batch has
   */
  public record Batch(int partition, int index, int rows, int length, int capacity)
      implements Serializable {}

  /**
   * The times of an attempt, in milliseconds since 1970.
   *
   * @param started when a ticket was asked for
   * @param granted when the ticket came; 0 if the attempt was lost before that
   * @param ended when the attempt was closed
   */
  public record Times(long started, long granted, long ended) implements Serializable {}

  public AttemptReport {
    costs = List.copyOf(costs);
  }

  /** Returns the rows in the batch. */
  public int rows() {
    return batch.rows;
  }

  /** Returns true if the batch got its predictions from this attempt. */
  public boolean succeeded() {
    return loss.isEmpty();
  }

  /** Returns the milliseconds in the server's queue. */
  public long queuedMillis() {
    return (times.granted == 0 ? times.ended : times.granted) - times.started;
  }

  /** Returns the milliseconds of conversation. */
  public long conversedMillis() {
    return times.granted == 0 ? 0 : times.ended - times.granted;
  }

  /** Returns the sum of all layers and steps. */
  public Cost total() {
    return costs.stream().reduce(Cost.NOTHING, Cost::plus);
  }
}
