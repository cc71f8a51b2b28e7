package io.secmoe.spark.client;

import io.secmoe.channel.Meter;
import io.secmoe.spark.metrics.Progress;
import java.util.UUID;

/** Tells the driver how a task's attempts go, a few times a second at most. Used by the task's thread. */
final class ProgressTeller {
  private static final long PAUSE_NANOS = 300_000_000;

  private final UUID run;
  private final int partition;
  private long told;

  ProgressTeller(UUID run, int partition) {
    this.run = run;
    this.partition = partition;
  }

  void tell(Progress.Event event) {
    told = System.nanoTime();
    ClientPlugin.tell(new Progress(run, partition, event));
  }

  /** Tells where the conversation stands, unless something was told a moment ago. */
  void tell(Meter meter) {
    if (System.nanoTime() - told > PAUSE_NANOS) {
      tell(new Progress.Running(meter.layer(), meter.step(), meter.totalSent() + meter.totalReceived()));
    }
  }
}
