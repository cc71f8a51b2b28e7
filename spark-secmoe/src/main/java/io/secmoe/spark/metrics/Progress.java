// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.io.Serializable;

/**
 * A message of a task to the driver while it works. Public.
 *
 * @param place the batch that it is about
 * @param event the event
 */
public record Progress(BatchPlace place, Event event) implements Serializable {
  /** An event of the task's present batch. */
  public sealed interface Event extends Serializable {
    /**
     * Returns true if the task waits until the driver has received it, as it does for ends of
     * attempts.
     */
    default boolean asked() {
      return false;
    }
  }

  /**
   * The batch waits for the server.
   *
   * @param position position in the queue, 1 is next; 0 while the server is too busy to give it one
   */
  public record Queued(int position) implements Event {}

  /**
   * The server is away, and the batch waits for it.
   *
   * @param millis time since the server was last heard of
   * @param reason the reason in a line
   */
  public record Away(long millis, String reason) implements Event {}

  /**
   * The attempt's keys are made and are being sent.
   *
   * @param keyFingerprint as in the attempt's report
   */
  public record Keyed(long epoch, String keyFingerprint) implements Event {}

  /**
   * The conversation has reached this step.
   *
   * @param bytes bytes both ways so far
   */
  public record Running(String layer, String step, long bytes) implements Event {}

  /**
   * The batch has its predictions.
   *
   * @param report the attempt's report
   */
  public record Done(AttemptReport report) implements Event {
    @Override
    public boolean asked() {
      return true;
    }
  }

  /**
   * An attempt was lost.
   *
   * @param report how far it came, and why it ended
   */
  public record Lost(AttemptReport report) implements Event {
    @Override
    public boolean asked() {
      return true;
    }
  }

  public int partition() {
    return place.partition();
  }
}
