// SPDX-License-Identifier: Apache-2.0
package io.secmoe.lab;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The Java kernel's virtual machine: this one's module options, assertions in the notebook's cells,
 * and the client's configuration.
 */
final class JavaKernel {
  private JavaKernel() {}

  /**
   * Writes a file of options for {@code java @file}.
   *
   * @param client Spark's and SecMoE's keys, which a new SparkConf finds as system properties
   * @return the file
   */
  static Path options(Path file, Path logging, Map<String, String> client) throws IOException {
    List<String> options =
        new ArrayList<>(
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(
                    option ->
                        option.startsWith("--add-")
                            || option.startsWith("-XX:")
                            || option.startsWith("-Dio.netty")
                            || option.startsWith("-Djava.awt"))
                .toList());
    options.addAll(
        List.of("-Xmx1g", "-ea:REPL...", "-Dlog4j2.configurationFile=" + logging.toUri()));
    client.forEach((key, value) -> options.add("-D" + key + "=" + value));
    return Files.write(file, options.stream().map(JavaKernel::quoted).toList());
  }

  private static String quoted(String option) {
    return '"' + option.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
