// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.flight.tls.Endpoint;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The driver's list of executors whose Flight servers are up. Thread-safe. */
final class ServingExecutors {
  private final Map<String, Registration> byId = new ConcurrentHashMap<>();

  void register(Registration registration) {
    byId.put(registration.executor(), registration);
  }

  void remove(String executor) {
    byId.remove(executor);
  }

  /** Returns them by Spark's id. */
  List<Registration> all() {
    return byId.values().stream().sorted(Comparator.comparing(Registration::executor)).toList();
  }

  /**
   * Returns the address of the executor with this incarnation; empty once it is lost or replaced.
   */
  Optional<Endpoint> endpoint(UUID incarnation) {
    return byId.values().stream()
        .filter(r -> r.incarnation().equals(incarnation))
        .findFirst()
        .map(r -> new Endpoint(r.host(), r.port(), r.fingerprint()));
  }
}
