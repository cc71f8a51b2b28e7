// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names of an enum's constants as configuration spells them: SOFTSPOKEN_4 is softspoken-4. */
final class Labels {
  private Labels() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String all(Enum<?>... constants) {
    return Arrays.stream(constants).map(Labels::of).collect(Collectors.joining(", "));
  }

  /** Returns the constant with this name, or throws an error that lists all names. */
  static <E extends Enum<E>> E find(String what, String name, E[] constants) {
    return Arrays.stream(constants)
        .filter(c -> of(c).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no " + what + " is called '" + name + "'; there are " + all(constants)));
  }
}
