// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prints a calibration for people: the measured ranges and the choices. It holds magnitudes of the
 * model's values, which are for the owner alone.
 */
public final class CalibrationTable {
  private CalibrationTable() {}

  /** Returns lines of at most about a hundred characters. */
  public static List<String> of(Calibration calibration) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "plaintext prime t = "
            + calibration.t().value()
            + " ("
            + calibration.t().bits()
            + " bits), chain of "
            + calibration.primeBits()
            + " bits");
    int width = Math.max(widest(calibration.ranges()), widest(calibration.fractions()));
    lines.add("");
    lines.add(row(width, "value", "largest", "below"));
    new TreeMap<>(calibration.ranges())
        .forEach(
            (name, range) ->
                lines.add(
                    row(
                        width,
                        name,
                        String.format(Locale.ROOT, "%.4g", range.largest()),
                        "2^" + range.bits())));
    lines.add("");
    lines.add(row(width, "tensor", "fraction bits", ""));
    new TreeMap<>(calibration.fractions())
        .forEach((name, bits) -> lines.add(row(width, name, bits.toString(), "")));
    return lines;
  }

  private static int widest(Map<String, ?> byName) {
    return byName.keySet().stream().mapToInt(String::length).max().orElse(0);
  }

  private static String row(int width, String name, String first, String second) {
    return String.format(
            Locale.ROOT, "%-" + Math.max(width, 8) + "s  %13s  %6s", name, first, second)
        .stripTrailing();
  }
}
