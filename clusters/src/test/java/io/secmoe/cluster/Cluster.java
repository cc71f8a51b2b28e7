// SPDX-License-Identifier: Apache-2.0
package io.secmoe.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One party's standalone Spark cluster on loopback: a master and a worker, and spark-submit. */
final class Cluster implements AutoCloseable {
  private static final String DAEMON_HEAP = "256m";
  private static final String DRIVER_HEAP = "600m";

  /** More than the machine has: executors of the tests mostly wait. */
  private static final String CORES = "16";

  private static final String MEMORY = "16g";
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");

  private final SparkHome home;
  private final Path folder;
  private final Submitted master;
  private Submitted worker;
  private String address;

  /**
   * Starts the master; {@link #join} completes the cluster, so that two can start at a time.
   *
   * @param folder for logs
   */
  Cluster(SparkHome home, Path folder) throws IOException {
    this.home = home;
    this.folder = Files.createDirectories(folder);
    master = daemon("master", "org.apache.spark.deploy.master.Master", "--port", "0");
  }

  Cluster join() throws IOException, InterruptedException {
    master.await("the master", () -> MASTER.matcher(master.err()).find());
    Matcher line = MASTER.matcher(master.err());
    line.find();
    address = line.group(1);
    worker =
        daemon(
            "worker",
            "org.apache.spark.deploy.worker.Worker",
            "--cores",
            CORES,
            "--memory",
            MEMORY,
            "--work-dir",
            folder.resolve("work").toString(),
            address);
    return this;
  }

  void awaitWorker() throws InterruptedException {
    worker.await("the worker", () -> worker.err().contains("Successfully registered with master"));
  }

  private Submitted daemon(String name, String main, String... arguments) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(Leash.class.getName(), main, "--host", "127.0.0.1", "--webui-port", "0"));
    line.addAll(List.of(arguments));
    return new Submitted(
        home.java(
            DAEMON_HEAP,
            List.of(Path.of("target", "test-classes").toAbsolutePath()),
            List.of("-Dspark.master.rest.enabled=false"),
            line),
        folder,
        name);
  }

  /**
   * Starts what {@code spark-submit --class … secmoe-spark-bundle.jar} starts.
   *
   * @param name of the output's files
   */
  Submitted submit(String name, Path properties, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                "org.apache.spark.deploy.SparkSubmit",
                "--master",
                address,
                "--properties-file",
                properties.toString(),
                "--name",
                name,
                "--class",
                main.getName(),
                System.getProperty("secmoe.jar")));
    line.addAll(arguments);
    String logging =
        "-Dlog4j2.configurationFile="
            + Path.of("..", "conf", "log4j2.properties").toAbsolutePath().toUri();
    return new Submitted(home.java(DRIVER_HEAP, List.of(), List.of(logging), line), folder, name);
  }

  /** Returns true if an application of this name has ever come to the master. */
  boolean knows(String application) {
    return master.err().contains("Registering app " + application);
  }

  /** Returns the executor that was started last and lives. */
  Optional<ProcessHandle> executor() {
    return worker
        .handle()
        .children()
        .filter(ProcessHandle::isAlive)
        .max(Comparator.comparing(process -> process.info().startInstant().orElseThrow()));
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
    master.close();
  }
}
