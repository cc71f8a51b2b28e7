// SPDX-License-Identifier: Apache-2.0
package io.secmoe.cluster;

import io.secmoe.flight.tls.DemoCertificates;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.spark.Parties;
import io.secmoe.spark.client.ClientApplication;
import io.secmoe.spark.server.ServerApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files that the two parties of a test write before they submit: certificates, and the shipped
 * configuration with their own lines added.
 */
final class PartyFiles {
  private static final Path CONF = Path.of("..", "conf");
  private static final Map<String, String> SMALL =
      Map.of(
          "spark.ui.enabled",
          "false",
          "spark.executor.memory",
          "512m",
          "spark.executor.extraJavaOptions",
          "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");

  private final Clusters clusters = Clusters.running();
  private final Path folder;
  private final TlsFiles server;
  private final TlsFiles client;

  /**
   * @param test names a folder
   */
  PartyFiles(String test) throws IOException {
    folder = Files.createDirectories(clusters.folder.resolve(test));
    DemoCertificates authority =
        DemoCertificates.authority(folder.resolve("certificates"), "CN=Test Authority");
    server = authority.issue("server", "CN=model owner,O=Test");
    client = authority.issue("client", "CN=data owner,O=Test");
  }

  Path folder() {
    return folder;
  }

  Submitted server(String name, Path model, Map<String, String> settings) throws IOException {
    return clusters.server.submit(
        name,
        properties("server.conf", name, server, settings),
        ServerApplication.class,
        List.of(
            "--model",
            model.toAbsolutePath().toString(),
            "--listen",
            "127.0.0.1",
            "--advertise",
            "127.0.0.1",
            "--ready-file",
            ready().toString(),
            "--stop-on-stdin-close"));
  }

  /** Waits until the server's clients can come. */
  void awaitReady(Submitted submitted) throws InterruptedException {
    submitted.await("the ready file", () -> Files.exists(ready()));
  }

  private Path ready() {
    return folder.resolve("server.ready");
  }

  /**
   * @param arguments of the application
   */
  Submitted client(String name, Map<String, String> settings, List<String> arguments)
      throws IOException {
    List<String> all = new ArrayList<>(arguments);
    all.add("--stop-on-stdin-close");
    Map<String, String> more = new LinkedHashMap<>(settings);
    if (Files.exists(ready())) {
      Files.readAllLines(ready()).forEach(line -> more.put(line.split(" ")[0], line.split(" ")[1]));
    }
    return clusters.client.submit(
        name, properties("client.conf", name, client, more), ClientApplication.class, all);
  }

  private Path properties(String shipped, String name, TlsFiles tls, Map<String, String> settings)
      throws IOException {
    Map<String, String> added = new LinkedHashMap<>(SMALL);
    added.putAll(Parties.tls(tls));
    added.putAll(settings);
    List<String> lines = new ArrayList<>(Files.readAllLines(CONF.resolve(shipped)));
    added.forEach((key, value) -> lines.add(key + " " + value));
    return Files.write(folder.resolve(name + ".conf"), lines);
  }
}
