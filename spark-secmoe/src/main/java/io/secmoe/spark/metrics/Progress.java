package io.secmoe.spark.metrics;

import java.io.Serializable;
import java.util.UUID;

/**
 * What a task tells the driver while it works. Public.
 *
 * @param run the physical execution
 * @param partition index of the partition
 * @param event what happened
 */
public record Progress(UUID run, int partition, Event event) implements Serializable {
  /** What happened to the task's present batch. */
  public sealed interface Event extends Serializable {}

  /** It waits for the server. @param position in the queue, 1 is next */
  public record Queued(int position) implements Event {}

  /** Its conversation has come to this step. @param bytes both ways so far */
  public record Running(String layer, String step, long bytes) implements Event {}

  /** It has its logits. @param bytes both ways */
  public record Done(int rows, long bytes) implements Event {}

  /** An attempt was lost. @param reason in one line */
  public record Lost(String reason) implements Event {}
}
