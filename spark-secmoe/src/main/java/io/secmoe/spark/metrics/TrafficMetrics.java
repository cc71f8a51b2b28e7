// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * The counts that either party keeps of its attempts. Bytes, rounds and layers are those of
 * successful attempts. Thread-safe.
 */
final class TrafficMetrics {
  static final List<MetricDescription> DESCRIPTIONS =
      List.of(
          new MetricDescription(
              "lostAttempts",
              "counter",
              "executor",
              "Attempts that were lost, for whatever reason."),
          new MetricDescription(
              "bytesToServer",
              "counter",
              "executor",
              "Bytes from client to server, of attempts that went well."),
          new MetricDescription(
              "bytesToClient",
              "counter",
              "executor",
              "Bytes from server to client, of attempts that went well."),
          new MetricDescription(
              "lostBytes", "counter", "executor", "Bytes both ways of attempts that were lost."),
          new MetricDescription(
              "rounds",
              "gauge",
              "executor",
              "Requests with their answers since the executor started, of attempts that went"
                  + " well; a layer may begin or end with half a round."),
          new MetricDescription(
              LayerTimers.PREFIX + "<layer>",
              "timer",
              "executor",
              "Seconds of an attempt in this layer, waiting for the peer"
                  + " included; appears when the layer is first met."));

  private final Counter lostAttempts;
  private final Counter bytesToServer;
  private final Counter bytesToClient;
  private final Counter lostBytes;
  private final DoubleAdder rounds = new DoubleAdder();
  private final LayerTimers layers;

  TrafficMetrics(MetricRegistry registry) {
    lostAttempts = registry.counter("lostAttempts");
    bytesToServer = registry.counter("bytesToServer");
    bytesToClient = registry.counter("bytesToClient");
    lostBytes = registry.counter("lostBytes");
    registry.register("rounds", (Gauge<Double>) rounds::sum);
    layers = new LayerTimers(registry);
  }

  void good(List<Cost> costs) {
    costs.forEach(
        cost -> {
          bytesToServer.inc(cost.toServer());
          bytesToClient.inc(cost.toClient());
          rounds.add(cost.rounds());
        });
    layers.update(costs);
  }

  void lost(long bytes) {
    lostAttempts.inc();
    lostBytes.inc(bytes);
  }
}
