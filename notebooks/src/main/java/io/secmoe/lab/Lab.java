// SPDX-License-Identifier: Apache-2.0
package io.secmoe.lab;

import io.secmoe.demo.LocalProcess;
import io.secmoe.flight.tls.DemoCertificates;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.server.ServerApplication;
import io.secmoe.udf.SecMoeExtensions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The notebooks' surroundings, as processes of their own on this machine: the model owner's server
 * with the digits encoder, and the data owner's Spark Connect server. {@link #python(String,
 * String...)} tells a notebook's kernel how to find them.
 */
final class Lab implements AutoCloseable {
  private static final String HEAP = "1g";
  private static final long START_MILLIS = 180_000;

  private final Path notebooks;
  private final Path work;
  private final PythonEnvironment python;
  private final Map<String, String> client = new LinkedHashMap<>();
  private final List<LocalProcess> parties = new ArrayList<>();
  private String remote;
  private String pages;

  private Lab(Path notebooks, PythonEnvironment python) {
    this.notebooks = notebooks.toAbsolutePath().normalize();
    this.work = this.notebooks.resolve("target").resolve("servers");
    this.python = python;
  }

  /**
   * Makes certificates and starts both servers.
   *
   * @param notebooks the folder with the notebooks, where kernels run; logs and tables go to
   *     target/servers in it
   * @throws IOException if a server does not start; the message names its log
   */
  static Lab start(Path notebooks) throws IOException, InterruptedException {
    PythonEnvironment python =
        PythonEnvironment.of(notebooks.resolve(".venv"), notebooks.resolve("requirements.txt"));
    Lab lab = new Lab(notebooks, python);
    try {
      Files.createDirectories(lab.work);
      DemoCertificates authority =
          DemoCertificates.authority(lab.work.resolve("certificates"), "CN=Lab Authority");
      lab.startServer(authority.issue("server", "CN=Lab Model Owner"));
      lab.configureClient(authority.issue("client", "CN=Lab Data Owner"));
      lab.startConnect();
      return lab;
    } catch (IOException | InterruptedException | RuntimeException e) {
      lab.close();
      throw e;
    }
  }

  private void startServer(TlsFiles tls) throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--properties",
                conf("server.conf").toString(),
                "--model",
                notebooks.resolve("digits/model").toString(),
                "--ready-file",
                work.resolve("server.ready").toString(),
                "--stop-on-stdin-close"));
    Map<String, String> settings = new LinkedHashMap<>(common(tls));
    settings.put(SecMoeConf.LISTEN_HOST.key(), "127.0.0.1");
    settings.put(SecMoeConf.ADVERTISED_HOST.key(), "127.0.0.1");
    settings.forEach((key, value) -> arguments.addAll(List.of("--conf", key + "=" + value)));
    start("server", ServerApplication.class, arguments);
  }

  /** Writes the settings that any client of this server needs. */
  private void configureClient(TlsFiles tls) throws IOException {
    for (String line : Files.readAllLines(conf("client.conf"))) {
      put(line);
    }
    client.putAll(common(tls));
    client.put("spark.driver.host", "127.0.0.1");
    client.put("spark.sql.extensions", SecMoeExtensions.class.getName());
    for (String line : Files.readAllLines(work.resolve("server.ready"))) {
      put(line);
    }
  }

  private void put(String line) {
    String[] pair = line.strip().split("\\s+", 2);
    if (pair.length == 2 && !pair[0].startsWith("#")) {
      client.put(pair[0], pair[1]);
    }
  }

  private void startConnect() throws IOException, InterruptedException {
    Path properties = work.resolve("client.properties");
    List<String> lines = new ArrayList<>();
    client.forEach((key, value) -> lines.add(key + " " + value));
    lines.addAll(
        List.of(
            "spark.sql.warehouse.dir " + work.resolve("tables"),
            "spark.ui.enabled true",
            "spark.ui.port 0"));
    Files.write(properties, lines);
    String[] ready =
        start(
                "connect",
                ConnectServer.class,
                List.of(
                    "--properties",
                    properties.toString(),
                    "--ready-file",
                    work.resolve("connect.ready").toString()))
            .split("\n");
    remote = ready[0];
    pages = ready[1];
  }

  /** Starts parties with one attempt at a time, which has both cores. */
  private static Map<String, String> common(TlsFiles tls) {
    return Map.of(
        "spark.master",
        "local[2,4]",
        "spark.ui.enabled",
        "false",
        SecMoeConf.NATIVE_THREADS.key(),
        "2",
        SecMoeConf.KEY_STORE.key(),
        tls.keyStore().toAbsolutePath().toString(),
        SecMoeConf.KEY_STORE_PASSWORD_FILE.key(),
        tls.keyStorePasswordFile().toAbsolutePath().toString(),
        SecMoeConf.TRUST_STORE.key(),
        tls.trustStore().toAbsolutePath().toString(),
        SecMoeConf.TRUST_STORE_PASSWORD_FILE.key(),
        tls.trustStorePasswordFile().toAbsolutePath().toString());
  }

  private Path conf(String file) {
    return notebooks.resolveSibling("conf").resolve(file);
  }

  /** Starts a process and waits for its ready file, whose text it returns. */
  private String start(String name, Class<?> main, List<String> arguments)
      throws IOException, InterruptedException {
    Path ready = work.resolve(name + ".ready");
    Path log = work.resolve(name + ".log");
    Files.deleteIfExists(ready);
    LocalProcess party =
        LocalProcess.start(
            LocalProcess.builder(main, HEAP, conf("log4j2.properties"), arguments)
                .directory(notebooks.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile()));
    parties.add(party);
    long until = System.currentTimeMillis() + START_MILLIS;
    while (!Files.exists(ready)) {
      if (!party.alive() || System.currentTimeMillis() > until) {
        throw new IOException(
            "the lab's "
                + name
                + " process did not get ready; it says in "
                + log
                + ":\n"
                + Files.readString(log));
      }
      Thread.sleep(100);
    }
    return Files.readString(ready).strip();
  }

  /**
   * Returns a program of the Python environment, in the folder of the notebooks, whose kernels find
   * the servers: PySpark by {@code SPARK_REMOTE}, Spark's web pages by {@code SPARK_UI}, the Java
   * kernel by system properties that Spark reads.
   */
  ProcessBuilder python(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(python.program(program).toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(notebooks.toFile());
    Map<String, String> variables = builder.environment();
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    variables.put(
        "PATH",
        python.program(".").normalize() + ":" + java + ":" + variables.getOrDefault("PATH", ""));
    variables.put("SPARK_LOCAL_IP", "127.0.0.1");
    variables.put("SPARK_REMOTE", remote);
    variables.put("SPARK_UI", pages);
    variables.put("JJAVA_CLASSPATH", System.getProperty("java.class.path"));
    variables.put(
        "JJAVA_JVM_OPTS",
        "@"
            + JavaKernel.options(
                work.resolve("java-kernel.options"), conf("log4j2.properties"), client));
    return builder;
  }

  PythonEnvironment python() {
    return python;
  }

  @Override
  public void close() {
    parties.forEach(LocalProcess::close);
  }
}
