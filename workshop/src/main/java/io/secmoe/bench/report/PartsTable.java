// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.report;

import java.util.Locale;
import java.util.Map;

/** A JSON line's parts as a table for people, in Markdown: per token both ways. */
public final class PartsTable {
  private PartsTable() {}

  /** Returns the table of a line with {@code tokens} and {@code parts}. */
  public static String of(Map<String, Object> line) {
    int tokens = (Integer) line.get("tokens");
    StringBuilder out =
        new StringBuilder(
            "| sub-layer | kB per token | rounds | s | CPU s, client | CPU s, server |\n");
    out.append("| --- | ---: | ---: | ---: | ---: | ---: |\n");
    ((Map<?, ?>) line.get("parts"))
        .forEach((name, part) -> out.append(row((String) name, (Map<?, ?>) part, tokens)));
    return out.append(row("**all**", line, tokens)).toString();
  }

  private static String row(String name, Map<?, ?> figures, int tokens) {
    return String.format(
        Locale.ROOT,
        "| %s | %.2f | %.0f | %.1f | %.1f | %.1f |%n",
        name,
        (number(figures, "bytes_to_server") + number(figures, "bytes_to_client")) / tokens / 1000,
        number(figures, "rounds"),
        number(figures, "wall_s"),
        number(figures, "cpu_client_s"),
        number(figures, "cpu_server_s"));
  }

  private static double number(Map<?, ?> figures, String name) {
    return ((Number) figures.get(name)).doubleValue();
  }
}
