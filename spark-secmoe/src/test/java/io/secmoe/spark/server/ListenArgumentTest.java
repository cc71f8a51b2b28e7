// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.conf.SecMoeConf;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenArgumentTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0.0.0.0, 0, 0",
    "models.example:7433, models.example, 7433, 0",
    "[::1]:7433-7440, ::1, 7433, 7434-7440",
    "127.0.0.1:1-2, 127.0.0.1, 1, 2-2"
  })
  void becomesConfiguration(String argument, String host, String driver, String executors) {
    SparkConf spark = new SparkConf(false);
    ListenArgument.parse(argument).apply(spark);
    SecMoeConf.of(spark);
    assertEquals(host, spark.get("spark.secmoe.listen.host"));
    assertEquals(driver, spark.get("spark.secmoe.listen.driverPorts", "0"));
    assertEquals(executors, spark.get("spark.secmoe.listen.ports", "0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":7433", "host:", "host:port", "host:7440-7433", "host:7433-7433", "::1"})
  void whatIsNoAddressIsNamed(String argument) {
    ConfException e = assertThrows(ConfException.class, () -> ListenArgument.parse(argument));
    assertTrue(
        e.getMessage().contains("--listen") && e.getMessage().contains("'" + argument + "'"),
        e.getMessage());
  }

  @Test
  void aPortThatIsNoneIsConfigurationsError() {
    SparkConf spark = new SparkConf(false);
    ListenArgument.parse("host:99999").apply(spark);
    assertTrue(
        assertThrows(ConfException.class, () -> SecMoeConf.of(spark))
            .getMessage()
            .contains("99999"));
  }
}
