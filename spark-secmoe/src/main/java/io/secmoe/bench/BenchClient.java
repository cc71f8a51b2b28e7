package io.secmoe.bench;

import io.secmoe.channel.FramedChannel;
import io.secmoe.flight.Admission;
import io.secmoe.flight.DemoCertificates;
import io.secmoe.flight.Endpoint;
import io.secmoe.flight.Limits;
import io.secmoe.flight.PartyClient;
import io.secmoe.flight.TlsFiles;
import io.secmoe.flight.TlsIdentity;
import io.secmoe.jni.Native;
import io.secmoe.party.ClientParty;
import io.secmoe.ring.Arena;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** The benchmark's client process: starts the server's, has the conversation over Flight, and puts both sides' figures together. */
final class BenchClient {
  private BenchClient() {}

  static Map<String, Object> run(Arguments a, Case measured) throws Exception {
    Path folder = Files.createTempDirectory("secmoe-bench");
    Process server = null;
    try {
      DemoCertificates authority = DemoCertificates.authority(folder, "CN=Benchmark Authority");
      server = start(authority.issue("server", "CN=Benchmark Server"), a);
      BufferedReader fromServer = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
      String[] address = line(fromServer).split(" ");
      TlsIdentity identity = TlsIdentity.load(authority.issue("client", "CN=Benchmark Client"));
      Figures client = converse(Endpoint.parse(address[0], address[1]), identity, measured, Network.of(a));
      Figures other = Bench.JSON.readValue(line(fromServer), Figures.class);
      return merge(a, measured, client, other);
    } finally {
      if (server != null) {
        server.destroyForcibly().waitFor();
      }
      delete(folder);
    }
  }

  private static Process start(TlsFiles tls, Arguments a) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Bench.class.getName(), BenchServer.FLAG, tls.keyStore().toString(),
        tls.keyStorePasswordFile().toString(), tls.trustStore().toString(), tls.trustStorePasswordFile().toString(), a.toText()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static String line(BufferedReader in) throws IOException {
    String line = in.readLine();
    if (line == null) {
      throw new IOException("the server's process ended early; its error is above");
    }
    return line;
  }

  private static Figures converse(Endpoint server, TlsIdentity identity, Case measured, Network network) throws IOException {
    if (network == Network.NONE) {
      return converse(server, identity, measured);
    }
    try (Relay relay = Relay.start(server.port(), network)) {
      return converse(new Endpoint(server.host(), relay.port(), server.fingerprint()), identity, measured);
    }
  }

  private static Figures converse(Endpoint endpoint, TlsIdentity identity, Case measured) {
    try (BufferAllocator allocator = new RootAllocator();
        PartyClient connection = new PartyClient(endpoint, identity, allocator, Limits.DEFAULT);
        FramedChannel channel =
            new FramedChannel(connection.converse(new Admission.Granted(new byte[] {1}, endpoint, 1)), allocator)) {
      channel.meter().enter(Figures.SETUP, Figures.SETUP);
      Arena arena = new Arena(allocator.newChildAllocator("attempt", 0, Long.MAX_VALUE));
      try (ClientParty party = ClientParty.open(channel, arena, measured.profile(), Figures.threads())) {
        return Figures.of(channel.meter(), measured.client(party));
      }
    }
  }

  private static Map<String, Object> merge(Arguments a, Case measured, Figures client, Figures server) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("case", a.name());
    line.putAll(measured.parameters());
    line.put("network", Network.of(a).label());
    Map<String, Object> parts = new LinkedHashMap<>();
    Map<String, Object> total = figures(new Figures.Step(0, 0, 0, 0, 0), new Figures.Step(0, 0, 0, 0, 0));
    client.steps().forEach((name, c) -> {
      if (!name.equals(Figures.SETUP)) {
        Map<String, Object> part = figures(c, server.steps().getOrDefault(name, new Figures.Step(0, 0, 0, 0, 0)));
        parts.put(name, part);
        part.forEach((k, v) -> total.merge(k, v, BenchClient::sum));
      }
    });
    line.putAll(total);
    line.put("rss_client_mib", client.rssMib());
    line.put("rss_server_mib", server.rssMib());
    line.putAll(client.extra());
    line.putAll(server.extra());
    Figures.Step setup = client.steps().get(Figures.SETUP);
    line.put("setup_bytes", setup.sent() + setup.received());
    line.put("setup_s", setup.wallS());
    line.put("parts", parts);
    line.put("load", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    line.put("version", Native.version());
    derive(line, parts);
    return line;
  }

  private static Map<String, Object> figures(Figures.Step client, Figures.Step server) {
    Map<String, Object> f = new LinkedHashMap<>();
    f.put("bytes_to_server", client.sent());
    f.put("bytes_to_client", client.received());
    f.put("rounds", client.rounds());
    f.put("wall_s", client.wallS());
    f.put("cpu_client_s", client.cpuS());
    f.put("cpu_server_s", server.cpuS());
    return f;
  }

  private static Object sum(Object a, Object b) {
    return a instanceof Long x && b instanceof Long y ? (Object) (x + y) : (Object) (((Number) a).doubleValue() + ((Number) b).doubleValue());
  }

  /** Figures that are ratios of others: per token, per element, and of the linear part to the plain GEMM of the same run. */
  @SuppressWarnings("unchecked")
  private static void derive(Map<String, Object> line, Map<String, Object> parts) {
    double bytes = ((Long) line.get("bytes_to_server")) + ((Long) line.get("bytes_to_client"));
    if (line.get("tokens") instanceof Integer tokens) {
      Map<String, Object> linear = (Map<String, Object>) parts.get("linear");
      double linearBytes = (Long) linear.get("bytes_to_server") + (double) (Long) linear.get("bytes_to_client");
      line.put("bytes_per_token", bytes / tokens);
      line.put("linear_bytes_per_token", linearBytes / tokens);
      line.put("linear_cpu_over_plain_gemm", (Double) linear.get("cpu_server_s") / (Double) line.get("plain_gemm_cpu_s"));
    }
    if (line.get("elements") instanceof Integer elements) {
      line.put("bytes_per_element", bytes / elements);
      line.put("cpu_us_per_element", 1e6 * ((Double) line.get("cpu_client_s") + (Double) line.get("cpu_server_s")) / elements);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }
}
