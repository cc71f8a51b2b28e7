// SPDX-License-Identifier: Apache-2.0
package io.secmoe.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The model owner's and the data owner's cluster: started when a test first asks, stopped when the
 * run of the tests is over.
 */
final class Clusters {
  private static Clusters running;

  final Cluster server;
  final Cluster client;

  /** The folder for files that tests write. It is kept after the run, for people to look at. */
  final Path folder;

  private Clusters(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    SparkHome home = new SparkHome(Files.createDirectories(folder.resolve("spark")));
    server = new Cluster(home, folder.resolve("server"));
    client = new Cluster(home, folder.resolve("client"));
    server.join();
    client.join();
    server.awaitWorker();
    client.awaitWorker();
  }

  static synchronized Clusters running() {
    if (running == null) {
      Path folder = Path.of("target", "clusters").toAbsolutePath();
      try {
        deleteAll(folder);
        running = new Clusters(folder);
      } catch (IOException e) {
        throw new UncheckedIOException("the clusters do not start", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the clusters start", e);
      }
    }
    return running;
  }

  static synchronized void stop() {
    if (running != null) {
      running.client.close();
      running.server.close();
      running = null;
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
