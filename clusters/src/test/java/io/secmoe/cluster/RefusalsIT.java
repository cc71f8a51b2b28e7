// SPDX-License-Identifier: Apache-2.0
package io.secmoe.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallModel;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Faults that prevent an application from working on a cluster are reported by name before the
 * cluster hears of the application.
 */
@Timeout(180)
class RefusalsIT {
  private static final Map<String, String> SPECULATION = Map.of("spark.speculation", "true");
  private static final Map<String, String> LITTLE_MEMORY =
      Map.of("spark.executor.memoryOverhead", "512m");
  private static final List<String> ARGUMENTS = List.of("--input", "absent", "--output", "never");

  @Test
  void anExecutorThatCannotListenSaysSoOnTheServersConsole() throws Exception {
    PartyFiles parties = new PartyFiles("ports");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Submitted server =
            parties.server(
                "taken-server",
                SmallModel.write(parties.folder().resolve("model")),
                Map.of(
                    "spark.secmoe.listen.ports",
                    Integer.toString(taken.getLocalPort()),
                    "spark.cores.max",
                    "1"))) {
      String port = Integer.toString(taken.getLocalPort());
      server.await(
          "the executor's complaint",
          () -> server.err().contains("cannot serve: cannot listen on 127.0.0.1, ports " + port));
    }
  }

  @Test
  void bothApplicationsRefuseSpeculationAndTooLittleMemory() throws Exception {
    PartyFiles parties = new PartyFiles("refusals");
    var model = SmallModel.write(parties.folder().resolve("model"));
    List<Submitted> speculating = new ArrayList<>();
    List<Submitted> starving = new ArrayList<>();
    try {
      speculating.add(parties.server("speculating-server", model, SPECULATION));
      speculating.add(parties.client("speculating-client", SPECULATION, ARGUMENTS));
      starving.add(parties.server("starving-server", model, LITTLE_MEMORY));
      starving.add(parties.client("starving-client", LITTLE_MEMORY, ARGUMENTS));
      for (Submitted refused : speculating) {
        refused.assertExit(2);
        assertTrue(
            refused
                .err()
                .contains(
                    "configuration key spark.speculation has the value 'true'; allowed: false,"
                        + " because"),
            refused.err());
      }
      for (Submitted refused : starving) {
        refused.assertExit(2);
        assertTrue(
            refused
                .err()
                .contains(
                    "spark.secmoe.memory has the value 2048m; allowed: at most"
                        + " spark.executor.memoryOverhead, which is 512m"),
            refused.err());
      }
    } finally {
      speculating.forEach(Submitted::close);
      starving.forEach(Submitted::close);
    }
    for (String party : List.of("server", "client")) {
      Cluster cluster =
          party.equals("server") ? Clusters.running().server : Clusters.running().client;
      assertFalse(cluster.knows("speculating-" + party) || cluster.knows("starving-" + party));
    }
  }
}
