// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench;

import io.secmoe.bench.data.Arguments;
import java.util.Arrays;
import java.util.Locale;

/**
 * The network between the two processes that {@code --network} asks for: the same in both
 * directions, each with its own bandwidth.
 */
enum Network {
  /** Loopback as it is. */
  NONE(0, 0),
  LAN(1e9, 0.5e-3),
  WAN(400e6, 4e-3),
  SLOW(100e6, 40e-3);

  final double bitsPerSecond;

  /** The time there and back. */
  final double roundTripSeconds;

  Network(double bitsPerSecond, double roundTripSeconds) {
    this.bitsPerSecond = bitsPerSecond;
    this.roundTripSeconds = roundTripSeconds;
  }

  static Network of(Arguments a) {
    String text = a.text("network", "none");
    return Arrays.stream(values())
        .filter(n -> n.label().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--network " + text + " is not one of none, lan, wan, slow"));
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
