// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.flight.Limits;
import io.secmoe.flight.PartyServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @Test
  void addressesComeBackAsTheyWere() {
    for (String address : new String[] {"localhost:1", "10.0.0.1:65535", "[::1]:47000"}) {
      assertEquals(address, Endpoint.parse(address, null).address());
    }
    assertEquals("::1", Endpoint.parse("[::1]:47000", null).host());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        ":1",
        "localhost:0",
        "localhost:65536",
        "localhost:x",
        "a b:1",
        "http://host:1",
        "user@host:1",
        ""
      })
  void wrongAddressesAreNamed(String address) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(address, null));
    assertTrue(e.getMessage().contains("'") || e.getMessage().contains("port"), e.getMessage());
  }

  @Test
  void fingerprintsAreReadInEveryCustomaryForm() {
    String digits = "ab".repeat(32);
    assertEquals(digits, Endpoint.parse("h:1", "AB:".repeat(31) + "AB").fingerprint());
    assertTrue(Endpoint.parse("h:1", " ").pin().isEmpty());
    assertThrows(IllegalArgumentException.class, () -> Endpoint.parse("h:1", digits.substring(1)));
  }

  @Test
  void limitsAreChecked() {
    Duration fine = Duration.ofSeconds(1);
    assertThrows(IllegalArgumentException.class, () -> new Limits(Duration.ZERO, fine, fine));
    assertThrows(IllegalArgumentException.class, () -> new Limits(fine, Duration.ofDays(8), fine));
    assertThrows(
        IllegalArgumentException.class, () -> new Limits(fine, fine, Duration.ofSeconds(-1)));
    assertThrows(IllegalArgumentException.class, () -> new PartyServer.Listen("h", 10, 9, "h"));
  }
}
