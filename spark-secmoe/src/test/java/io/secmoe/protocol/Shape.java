// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol;

import io.secmoe.ring.Modulus;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The shape that a cost line is stated for, such as "element from Z_t to Z_{2^21}" or "candidate of
 * 8 in Z_{2^34}".
 */
record Shape(String text) {
  private static final Pattern RING = Pattern.compile("Z_(?:t|\\{2\\^(\\d+)})");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  /** Returns the i-th ring that it names. */
  Modulus ring(int i) {
    MatchResult m = nth(RING, text, i);
    return m.group(1) == null ? Modulus.T : Modulus.powerOfTwo(Integer.parseInt(m.group(1)));
  }

  /** Returns the i-th number outside the rings' names. */
  int number(int i) {
    return Integer.parseInt(nth(NUMBER, RING.matcher(text).replaceAll(""), i).group());
  }

  private static MatchResult nth(Pattern pattern, String in, int i) {
    List<MatchResult> all = pattern.matcher(in).results().toList();
    if (i >= all.size()) {
      throw new AssertionError(
          "the costs per '" + in + "' lack a shape: " + pattern + " number " + (i + 1));
    }
    return all.get(i);
  }
}
