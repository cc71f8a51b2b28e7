// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The costs that a protocol's Javadoc states: "Costs per [element in Z_{2^21}]: 38 COT, 123 bits;
 * 5½ rounds."
 *
 * @param shape the shape that the figures are for
 * @param cot correlated OTs, both directions
 * @param bits bits both ways, without the extension's
 * @param rounds as the meter counts them
 */
record CostLine(Shape shape, String cot, String bits, String rounds) {
  private static final Pattern LINE =
      Pattern.compile("<p>Costs per ([^:]+): ([\\d.]+) COT, ([\\d.]+) bits; (\\d*½?) rounds?\\.");
  private static final Pattern NEW_LINE = Pattern.compile("\\s*\\n\\s*\\*\\s*");

  /** Returns all lines of a source file, wherever they are broken. */
  static List<CostLine> in(String source) {
    List<CostLine> lines = new ArrayList<>();
    Matcher m = LINE.matcher(NEW_LINE.matcher(source).replaceAll(" "));
    while (m.find()) {
      lines.add(new CostLine(new Shape(m.group(1)), m.group(2), m.group(3), m.group(4)));
    }
    return lines;
  }

  /** Returns this line with measured figures, rounded to as many decimals as are stated. */
  CostLine measured(double measuredCot, double measuredBits, double measuredRounds) {
    long whole = (long) measuredRounds;
    String half = measuredRounds > whole ? "½" : "";
    return new CostLine(
        shape,
        like(cot, measuredCot),
        like(bits, measuredBits),
        whole == 0 && !half.isEmpty() ? half : whole + half);
  }

  private static String like(String stated, double figure) {
    int decimals = stated.indexOf('.') < 0 ? 0 : stated.length() - stated.indexOf('.') - 1;
    return BigDecimal.valueOf(figure).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
  }

  @Override
  public String toString() {
    return "Costs per "
        + shape.text()
        + ": "
        + cot
        + " COT, "
        + bits
        + " bits; "
        + rounds
        + " rounds.";
  }
}
