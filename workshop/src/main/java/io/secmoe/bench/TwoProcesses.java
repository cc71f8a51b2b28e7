// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench;

import io.secmoe.bench.cases.Case;
import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.report.CaseFigures;
import io.secmoe.flight.tls.DemoCertificates;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.TlsFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One case between two fresh processes, one per role, so that the largest memory of each is this
 * case's. This process holds what neither party should pay for: certificates and the shaped
 * network. The parties' heaps grow only when they must: a collector that takes what it finds would
 * make the largest memory a matter of how long it ran.
 */
final class TwoProcesses implements AutoCloseable {
  private static final List<String> FRUGAL_HEAP =
      List.of("-XX:+UseSerialGC", "-Xms64m", "-XX:MaxNewSize=32m");

  /**
   * The measured work runs in native code. Without the second compiler, a short run does not mostly
   * measure that compiler.
   */
  private static final String QUICK_COMPILER = "-XX:TieredStopAtLevel=1";

  private final Path folder = Files.createTempDirectory("secmoe-bench");
  private final List<Process> processes = new ArrayList<>();

  private TwoProcesses() throws IOException {}

  static Map<String, Object> run(Arguments a, Case measured) throws Exception {
    try (TwoProcesses both = new TwoProcesses()) {
      return both.measure(a, measured);
    }
  }

  private Map<String, Object> measure(Arguments a, Case measured) throws IOException {
    String text = measured.prepare(a, Files.createDirectory(folder.resolve("case"))).toText();
    DemoCertificates authority = DemoCertificates.authority(folder, "CN=Benchmark Authority");
    BufferedReader server =
        start(BenchServer.FLAG, authority.issue("server", "CN=Benchmark Server"), text);
    String[] said = line(server, "server").split(" ");
    Endpoint endpoint = Endpoint.parse(said[0], said[1]);
    Network network = Network.of(a);
    try (Relay relay = network == Network.NONE ? null : Relay.start(endpoint.port(), network)) {
      String address = relay == null ? endpoint.address() : endpoint.host() + ":" + relay.port();
      BufferedReader client =
          start(
              BenchClient.FLAG,
              authority.issue("client", "CN=Benchmark Client"),
              address,
              said[1],
              text);
      CaseFigures clients = Bench.JSON.readValue(line(client, "client"), CaseFigures.class);
      CaseFigures servers = Bench.JSON.readValue(line(server, "server"), CaseFigures.class);
      return Report.line(a, measured, clients, servers);
    }
  }

  private BufferedReader start(String role, TlsFiles tls, String... rest) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(FRUGAL_HEAP);
    command.add(QUICK_COMPILER);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Bench.class.getName(),
            role,
            tls.keyStore().toString(),
            tls.keyStorePasswordFile().toString(),
            tls.trustStore().toString(),
            tls.trustStorePasswordFile().toString()));
    command.addAll(List.of(rest));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.add(process);
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static String line(BufferedReader in, String role) throws IOException {
    String line = in.readLine();
    if (line == null) {
      throw new IOException("the " + role + "'s process ended early; its error is above");
    }
    return line;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (Process p : processes) {
      p.destroyForcibly().waitFor();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }
}
