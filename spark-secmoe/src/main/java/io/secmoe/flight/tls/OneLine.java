// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

import java.nio.charset.StandardCharsets;

/** Bounds texts that a peer has sent, and texts that are sent to a peer. */
public final class OneLine {
  private static final int MAX_BYTES = 1024;

  private OneLine() {}

  /** Returns the text without control characters, cut to at most 1,024 bytes of UTF-8. */
  public static String of(String text) {
    String line = text == null ? "no reason given" : text.replaceAll("\\p{Cntrl}", "?");
    while (line.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      line = line.substring(0, line.length() * 3 / 4);
    }
    return line;
  }
}
