// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.io.Serializable;

/**
 * What a task tells the driver while it works. Public.
 *
 * @param place which batch it is about
 * @param event what happened
 */
public record Progress(BatchPlace place, Event event) implements Serializable {
  /** What happened to the task's present batch. */
  public sealed interface Event extends Serializable {
    /** Whether the task waits until the driver has heard it: so with ends of attempts. */
    default boolean asked() {
      return false;
    }
  }

  /**
   * It waits for the server.
   *
   * @param position in the queue, 1 is next; 0 while the server is too busy to give it one
   */
  public record Queued(int position) implements Event {}

  /**
   * The server is away, and it waits for it.
   *
   * @param millis since the server was last heard of
   * @param reason in a line
   */
  public record Away(long millis, String reason) implements Event {}

  /**
   * It has made an attempt's keys and sends them.
   *
   * @param keyFingerprint as in the attempt's report
   */
  public record Keyed(long epoch, String keyFingerprint) implements Event {}

  /**
   * Its conversation has come to this step.
   *
   * @param bytes both ways so far
   */
  public record Running(String layer, String step, long bytes) implements Event {}

  /**
   * It has its logits.
   *
   * @param report what that cost
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
