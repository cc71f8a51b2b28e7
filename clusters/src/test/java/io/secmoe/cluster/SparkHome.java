// SPDX-License-Identifier: Apache-2.0
package io.secmoe.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Spark installation made of the build's own jars: what is on this JVM's class path, less this
 * project and what only its jar to submit brings. So nothing is found by accident that a user's
 * cluster would not have.
 */
final class SparkHome {
  private static final List<String> NOT_SPARKS =
      List.of(
          "io/secmoe/",
          "io/grpc/",
          "io/perfmark/",
          "com/google/protobuf/",
          "com/google/api/grpc/",
          "com/google/code/gson/",
          "org/knowm/",
          "org/apache/arrow/flight-core/",
          "org/junit/",
          "com/tngtech/");

  private final Path folder;

  /**
   * @param folder for links to the jars
   */
  SparkHome(Path folder) throws IOException {
    this.folder = folder;
    Path jars = Files.createDirectories(folder.resolve("jars"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path jar = Path.of(entry);
      if (entry.endsWith(".jar") && isSparks(jar)) {
        Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
      }
    }
  }

  /**
   * Finds a jar. Jars that were built in this run are in target folders; all others are in a
   * repository, by group.
   */
  private static boolean isSparks(Path jar) {
    String path = jar.toString().replace(File.separatorChar, '/');
    return NOT_SPARKS.stream().noneMatch(path::contains) && !path.contains("/target/");
  }

  /**
   * Returns a JVM with Spark's class path, not yet started.
   *
   * @param heap such as 256m
   * @param more class path entries beside Spark's
   * @param options of the JVM
   * @param main class and its arguments
   */
  ProcessBuilder java(String heap, List<Path> more, List<String> options, List<String> main) {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    Stream.of(System.getProperty("secmoe.jvm.opens").split(" ")).forEach(command::add);
    command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    StringBuilder path = new StringBuilder(folder.resolve("jars") + File.separator + "*");
    more.forEach(entry -> path.append(File.pathSeparator).append(entry));
    command.addAll(List.of("-cp", path.toString()));
    command.addAll(main);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_HOME", folder.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder;
  }
}
