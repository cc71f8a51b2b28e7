// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

/** A range of ports to try in order; {@code 0..0} lets the system choose. */
public record PortRange(int first, int last) {
  /** Reads {@code 0}, {@code port} or {@code first-last}. */
  static PortRange parse(String text) {
    int dash = text.indexOf('-');
    int first = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
    int last = dash < 0 ? first : Integer.parseInt(text.substring(dash + 1));
    Parsers.require(first >= 0 && last <= 65535 && first <= last && (first > 0 || last == 0));
    return new PortRange(first, last);
  }
}
