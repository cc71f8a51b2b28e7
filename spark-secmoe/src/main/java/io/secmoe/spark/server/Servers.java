// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.flight.PartyServer;
import io.secmoe.flight.PartyService;
import io.secmoe.flight.tls.TlsIdentity;
import io.secmoe.spark.conf.PortRange;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.conf.Setting;
import io.secmoe.spark.memory.JvmMemory;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Starts Flight servers as configured. */
final class Servers {
  private Servers() {}

  /**
   * @param ports the key of the ports to try
   * @param machine name to advertise unless another is configured
   * @throws UncheckedIOException if it cannot listen there
   */
  static PartyServer start(
      SecMoeConf conf,
      Setting<PortRange> ports,
      String machine,
      TlsIdentity identity,
      PartyService service) {
    PortRange range = conf.get(ports);
    String host = conf.get(SecMoeConf.LISTEN_HOST);
    String advertised = conf.get(SecMoeConf.ADVERTISED_HOST).orElse(machine);
    try {
      return PartyServer.start(
          new PartyServer.Listen(host, range.first(), range.last(), advertised),
          identity,
          service,
          JvmMemory.root(),
          conf.limits());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot listen on "
              + host
              + ", ports "
              + range.first()
              + " to "
              + range.last()
              + "; see "
              + SecMoeConf.LISTEN_HOST.key()
              + " and "
              + ports.key(),
          e);
    }
  }
}
