// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.util.Locale;

/** Writes quantities for people to read. */
public final class Units {
  private static final String[] BYTES = {"B", "kB", "MB", "GB", "TB"};

  private Units() {}

  /** Returns a number with its noun: "1 attempt", "2 attempts", "1 batch", "2 batches". */
  public static String count(long number, String noun) {
    String plural = noun.endsWith("ch") ? "es" : "s";
    return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : plural);
  }

  /** Returns three significant digits and a decimal unit. */
  public static String bytes(double bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 999.5 && unit < BYTES.length - 1) {
      value /= 1000;
      unit++;
    }
    int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f %s", value, BYTES[unit]);
  }
}
