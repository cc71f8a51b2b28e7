// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import com.codahale.metrics.MetricRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A timer for each layer of the model, made when the layer is first met. Names of layers are
 * public. Each attempt updates it once.
 */
final class LayerTimers {
  static final String PREFIX = "layerTime.";

  private final MetricRegistry registry;

  LayerTimers(MetricRegistry registry) {
    this.registry = registry;
  }

  void update(List<Cost> costs) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    costs.forEach(cost -> seconds.merge(cost.layer(), cost.seconds(), Double::sum));
    seconds.forEach(
        (layer, time) ->
            registry.timer(PREFIX + layer).update(Math.round(time * 1e9), TimeUnit.NANOSECONDS));
  }
}
