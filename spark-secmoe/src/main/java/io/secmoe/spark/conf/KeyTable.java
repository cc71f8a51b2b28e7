// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

import java.util.List;
import java.util.stream.Collectors;

/** Makes the documentation's table of configuration keys from their declarations. */
public final class KeyTable {
  private KeyTable() {}

  /** Returns one line of Markdown for each key. */
  public static String markdown(List<Setting<?>> settings) {
    return settings.stream()
        .map(KeyTable::line)
        .collect(
            Collectors.joining(
                "\n",
                "| key | side | default | allowed | meaning |\n| --- | --- | --- | --- | --- |\n",
                "\n"));
  }

  /**
   * Makes the line of a key. A meaning begins with the side that reads the key, unless each side
   * has its own.
   */
  private static String line(Setting<?> setting) {
    String[] parts = setting.meaning().split(": ", 2);
    boolean sided = List.of("Server", "Client", "Both").contains(parts[0]);
    String meaning = sided ? parts[1] : setting.meaning();
    return "| "
        + String.join(
            " | ",
            "`" + setting.key() + "`",
            sided ? parts[0].toLowerCase(java.util.Locale.ROOT) : "both",
            setting.fallback().isEmpty() ? "–" : "`" + setting.fallback() + "`",
            setting.allowed(),
            Character.toUpperCase(meaning.charAt(0)) + meaning.substring(1))
        + " |";
  }
}
