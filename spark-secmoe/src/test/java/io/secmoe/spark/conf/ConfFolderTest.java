// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.party.OtExtension;
import io.secmoe.spark.metrics.ClientMetrics;
import io.secmoe.spark.metrics.MetricDescription;
import io.secmoe.spark.metrics.ServerMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file of {@code conf/} can be used, and its tables agree with the code. */
class ConfFolderTest {
  private static final Path CONF = Path.of("..", "conf");
  private static final String WRITE = "secmoe.write";
  private static final String COMMAND =
      "mvn -q -pl spark-secmoe test -Dtest=ConfFolderTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -D"
          + WRITE
          + "=true";

  static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(CONF)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFileLoads(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(".conf")) {
      loads(file);
    } else if (name.equals("log4j2.properties")) {
      var logging =
          new PropertiesConfigurationFactory()
              .getConfiguration(
                  new LoggerContext("test"),
                  new ConfigurationSource(Files.newInputStream(file), file.toFile()));
      logging.initialize();
      assertEquals(Set.of("stderr"), logging.getAppenders().keySet());
    } else {
      assertEquals("README.md", name, "this test does not know what to do with the file");
    }
  }

  /** Keys that are commented out are checked, too; their values may be words for people. */
  private static void loads(Path file) throws IOException {
    SecMoeConf.of(
        new CommandLine(new String[] {"--properties", file.toString()}, Set.of(), Set.of())
            .sparkConf());
    Properties active = new Properties();
    active.load(Files.newBufferedReader(file));
    assertTrue(!active.isEmpty(), "nothing is set");
    Set<String> known = SecMoeConf.ALL.stream().map(Setting::key).collect(Collectors.toSet());
    Matcher commented =
        Pattern.compile("(?m)^#(spark\\.secmoe\\.\\S+)").matcher(Files.readString(file));
    while (commented.find()) {
      assertTrue(known.contains(commented.group(1)), commented.group(1));
    }
  }

  @Test
  void everyKeyStandsInAPartysFile() throws IOException {
    String both =
        Files.readString(CONF.resolve("server.conf"))
            + Files.readString(CONF.resolve("client.conf"));
    SecMoeConf.ALL.forEach(
        setting ->
            assertTrue(
                Pattern.compile("(?m)^#?" + Pattern.quote(setting.key()) + " ")
                    .matcher(both)
                    .find(),
                setting.key() + " is missing in conf/server.conf and conf/client.conf"));
  }

  @Test
  void profilesAreStrongerThanTheFileBefore() {
    String[] line = {
      "--properties",
      CONF.resolve("server.conf").toString(),
      "--properties",
      CONF.resolve("profiles/wan.conf").toString(),
      "--conf",
      "spark.secmoe.attempt.silence=7s"
    };
    SecMoeConf conf = SecMoeConf.of(new CommandLine(line, Set.of(), Set.of()).sparkConf());
    assertEquals(OtExtension.SILENT, conf.get(SecMoeConf.OT));
    assertEquals(7, conf.get(SecMoeConf.ATTEMPT_SILENCE).toSeconds());
    assertEquals(1024, conf.get(SecMoeConf.QUEUE_LENGTH));
  }

  @Test
  void readmesTablesAreTheCodes() throws IOException {
    Path readme = CONF.resolve("README.md");
    String text = Files.readString(readme);
    String made = between(text, "keys", KeyTable.markdown(SecMoeConf.ALL));
    made = between(made, "client metrics", table(ClientMetrics.DESCRIPTIONS));
    made = between(made, "server metrics", table(ServerMetrics.DESCRIPTIONS));
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(readme, made);
      return;
    }
    assertEquals(
        made,
        text,
        "conf/README.md is not what the code says; regenerate its tables with: " + COMMAND);
  }

  private static String between(String text, String what, String content) {
    String begin = "<!-- " + what + " -->\n";
    String end = "<!-- end of " + what + " -->";
    return text.substring(0, text.indexOf(begin) + begin.length())
        + content
        + text.substring(text.indexOf(end));
  }

  private static String table(List<MetricDescription> metrics) {
    return metrics.stream()
        .map(
            m ->
                "| `"
                    + m.name()
                    + "` | "
                    + m.kind()
                    + " | "
                    + m.where()
                    + " | "
                    + m.meaning()
                    + " |")
        .collect(
            Collectors.joining(
                "\n", "| name | kind | where | meaning |\n| --- | --- | --- | --- |\n", "\n"));
  }
}
