// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.process;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.spark.client.ClientPlugin;
import io.secmoe.spark.server.ServerPlugin;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class NativeCheckTest {
  @Test
  void theLibraryWorksHere() {
    assertDoesNotThrow(NativeCheck::load);
  }

  @ParameterizedTest
  @ValueSource(classes = {ClientPlugin.class, ServerPlugin.class})
  void aPluginDoesNotStartOnAPlatformWithoutALibrary(Class<?> plugin) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(o -> o.startsWith("--add-") || o.startsWith("-Dlog4j2"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx300m",
            "-Dos.name=Plan9",
            "-Dos.arch=riscv64",
            "-cp",
            System.getProperty("java.class.path"),
            Start.class.getName(),
            plugin.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue(), said);
      assertTrue(
          said.contains("libsecmoe.so")
              && said.contains("Plan9 riscv64")
              && said.contains("/native/plan9-riscv64/"),
          said);
      assertTrue(
          said.contains(
              "put SecMoE's jar for this platform on the class path of driver and executors"),
          said);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Starts a Spark context with a plugin and prints why that fails. */
  static final class Start {
    private Start() {}

    public static void main(String[] plugin) {
      SparkConf conf =
          new SparkConf()
              .setMaster("local[1]")
              .setAppName("test")
              .set("spark.ui.enabled", "false")
              .set("spark.driver.host", "127.0.0.1")
              .set("spark.driver.bindAddress", "127.0.0.1")
              .set("spark.plugins", plugin[0]);
      try {
        new SparkContext(conf).stop();
        System.exit(1);
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
        System.exit(0);
      }
    }
  }
}
