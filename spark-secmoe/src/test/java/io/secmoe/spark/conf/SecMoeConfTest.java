// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.moe.Strategy;
import io.secmoe.party.OtExtension;
import io.secmoe.party.Profile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecMoeConfTest {
  @Test
  void defaultsAreAllowedAndAsDocumented() {
    SecMoeConf conf = SecMoeConf.of(Map.of(), 2);
    assertAll(
        () -> assertEquals(8192, conf.get(SecMoeConf.BATCH_ROWS)),
        () -> assertEquals(3, conf.get(SecMoeConf.BATCH_RETRIES)),
        () -> assertEquals(Duration.ofSeconds(60), conf.get(SecMoeConf.ATTEMPT_TIMEOUT)),
        () -> assertEquals(Strategy.SELECT, conf.get(SecMoeConf.STRATEGY)),
        () -> assertEquals(2L << 30, conf.get(SecMoeConf.MEMORY)),
        () -> assertEquals(new PortRange(0, 0), conf.get(SecMoeConf.LISTEN_PORTS)),
        () -> assertEquals(2, conf.nativeThreads(), "spark.task.cpus"));
  }

  @ParameterizedTest
  @CsvSource({
    "spark.secmoe.batch.rows,8193",
    "spark.secmoe.batch.rows,0",
    "spark.secmoe.batch.rows,many",
    "spark.secmoe.memory,12x",
    "spark.secmoe.memory,1m",
    "spark.secmoe.strategy,some",
    "spark.secmoe.listen.ports,9-8",
    "spark.secmoe.listen.ports,70000",
    "spark.secmoe.server.address,nowhere",
    "spark.secmoe.server.address,host:0",
    "spark.secmoe.server.fingerprint,12ab",
    "spark.secmoe.attempt.timeout,1 fortnight",
    "spark.secmoe.ot,softspoken-3",
    "spark.secmoe.ot.memory,65g",
    "spark.secmoe.progress.console,maybe",
    "spark.secmoe.native.threads,0"
  })
  void wrongValuesAreNamedWithWhatIsAllowed(String key, String value) {
    ConfException e = assertThrows(ConfException.class, () -> SecMoeConf.of(Map.of(key, value), 1));
    assertTrue(
        e.getMessage().contains(key)
            && e.getMessage().contains("'" + value + "'")
            && e.getMessage().contains("allowed: "),
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "spark.secmoe.attempt.timeout,90s,PT1M30S",
    "spark.secmoe.attempt.timeout,500ms,PT0.5S",
    "spark.secmoe.attempt.timeout,2min,PT2M",
    "spark.secmoe.attempt.timeout,7,PT7S"
  })
  void timesHaveUnits(String key, String value, String expected) {
    assertEquals(
        Duration.parse(expected),
        SecMoeConf.of(Map.of(key, value), 1).get(SecMoeConf.ATTEMPT_TIMEOUT));
  }

  @Test
  void theServersProfileSaysHowCorrelatedOtsAreMade() {
    assertEquals(Profile.DEFAULT, SecMoeConf.of(Map.of(), 1).profile());
    Profile silent =
        SecMoeConf.of(Map.of("spark.secmoe.ot", "silent", "spark.secmoe.ot.memory", "256m"), 1)
            .profile();
    assertEquals(OtExtension.SILENT, silent.ot());
    assertEquals(256L << 20, silent.otMemory());
  }

  @Test
  void unknownKeysAndSpeculationAreRefused() {
    ConfException unknown =
        assertThrows(
            ConfException.class, () -> SecMoeConf.of(Map.of("spark.secmoe.batch.row", "1"), 1));
    assertTrue(
        unknown.getMessage().contains("spark.secmoe.batch.row ")
            && unknown.getMessage().contains("spark.secmoe.batch.rows"));
    ConfException foreign =
        assertThrows(
            ConfException.class, () -> SecMoeConf.of(Map.of("spark.secmoe.coffee", "1"), 1));
    assertTrue(
        foreign.getMessage().contains("allowed: spark.secmoe.listen.host, "), foreign.getMessage());
    ConfException speculation =
        assertThrows(
            ConfException.class,
            () -> SecMoeConf.of(new SparkConf(false).set("spark.speculation", "true")));
    assertTrue(
        speculation.getMessage().contains("spark.speculation")
            && speculation.getMessage().contains("because"));
  }

  @ParameterizedTest
  @CsvSource({
    "spark.secmoe.batch.row,spark.secmoe.batch.rows",
    "spark.secmoe.Batch.Retires,spark.secmoe.batch.retries",
    "spark.secmoe.tls.keystore,spark.secmoe.tls.keyStore",
    "spark.secmoe.memroy,spark.secmoe.memory"
  })
  void misspeltKeysAreNamedWithTheNearestRightOne(String given, String meant) {
    ConfException e = assertThrows(ConfException.class, () -> SecMoeConf.of(Map.of(given, "1"), 1));
    assertTrue(e.getMessage().endsWith("did you mean " + meant + "?"), e.getMessage());
  }

  @Test
  void whatIsMissingIsNamed() {
    ConfException e =
        assertThrows(ConfException.class, () -> SecMoeConf.of(Map.of(), 1).tlsFiles());
    assertTrue(e.getMessage().contains("spark.secmoe.tls.keyStore "), e.getMessage());
  }

  @Test
  void onlyPasswordFilesAreNamedSoThatSparkRedactsThem() {
    Set<String> redacted =
        Set.of("spark.secmoe.tls.keyStorePasswordFile", "spark.secmoe.tls.trustStorePasswordFile");
    SecMoeConf.ALL.forEach(
        setting ->
            assertEquals(
                redacted.contains(setting.key()),
                setting.key().matches("(?i).*(secret|password|token|access\\.?key).*"),
                setting.key()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"server.conf", "client.conf"})
  void shippedFilesHoldTheDefaults(String name) {
    Path file = Path.of("..", "conf", name);
    SparkConf spark =
        new CommandLine(new String[] {"--properties", file.toString()}, Set.of(), Set.of())
            .sparkConf();
    SecMoeConf conf = SecMoeConf.of(spark);
    SecMoeConf defaults = SecMoeConf.of(Map.of(), 1);
    SecMoeConf.ALL.forEach(
        setting -> assertEquals(defaults.get(setting), conf.get(setting), setting.key()));
    assertTrue(spark.contains("spark.plugins"));
  }

  @Test
  void shippedLoggingIsQuiet() throws Exception {
    String logging = Files.readString(Path.of("..", "conf", "log4j2.properties"));
    assertTrue(logging.contains("rootLogger.level = warn"));
  }

  @Test
  void commandLineNamesWhatItDoesNotKnow(@TempDir Path folder) {
    assertTrue(
        assertThrows(ConfException.class, () -> line("--inptu", "x"))
            .getMessage()
            .contains("--inptu"));
    assertTrue(
        assertThrows(ConfException.class, () -> line("--inptu", "x"))
            .getMessage()
            .contains("did you mean --input?"));
    assertTrue(
        assertThrows(ConfException.class, () -> line("x.parquet"))
            .getMessage()
            .endsWith("; allowed: --conf, --fast, --input, --properties"));
    assertTrue(
        assertThrows(ConfException.class, () -> line("--input", "a").pairs("input"))
            .getMessage()
            .contains("--input has the value 'a'"));
    assertTrue(
        assertThrows(ConfException.class, () -> line("--input"))
            .getMessage()
            .contains("needs a value"));
    assertTrue(
        assertThrows(ConfException.class, () -> line().require("input"))
            .getMessage()
            .contains("--input"));
    assertTrue(
        assertThrows(ConfException.class, () -> line("--input", "-3").number("input", 1, 1))
            .getMessage()
            .contains("'-3'"));
    assertTrue(
        assertThrows(ConfException.class, () -> line("--conf", "novalue").sparkConf())
            .getMessage()
            .contains("key=value"));
    Path absent = folder.resolve("absent.conf");
    assertTrue(
        assertThrows(ConfException.class, () -> line("--properties", absent.toString()).sparkConf())
            .getMessage()
            .contains(absent.toString()));
  }

  @Test
  void whatIsGivenTwiceCountsLastOrAsPairs() {
    assertEquals("b", line("--input", "a", "--input", "b").require("input"));
    assertEquals(
        Map.of("sep", "=", "header", "true"),
        line("--input", "sep==", "--input", "header=true").pairs("input"));
  }

  @Test
  void commandLineIsStrongerThanItsFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("p.conf"), "spark.a 1\nspark.b 2\n");
    SparkConf conf =
        line("--properties", file.toString(), "--conf", "spark.b=3", "--fast").sparkConf();
    assertEquals("1", conf.get("spark.a"));
    assertEquals("3", conf.get("spark.b"));
    assertTrue(line("--fast").has("fast"));
    assertFalse(line().has("fast"));
  }

  private static CommandLine line(String... arguments) {
    return new CommandLine(arguments, Set.of("input"), Set.of("fast"));
  }
}
