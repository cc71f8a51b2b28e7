// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import io.secmoe.layer.EmbeddingShape;
import io.secmoe.linear.Weights;
import io.secmoe.model.checkpoint.Matrix;
import io.secmoe.model.layers.RangeRule;
import io.secmoe.model.layers.Scales;
import io.secmoe.moe.ExpertScales;
import io.secmoe.party.Profile;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Chooses scales from measured ranges. A matrix gets the most fraction bits that both 12-bit
 * integers and the range rule allow. If the range rule would take more than {@link #LOSS} of its 12
 * bits, the matrix is refused by name. If some experts have weights more than four times as large
 * as others, the experts are stored at several scales. A table whose largest rows would leave the
 * others with less than {@link #ROW_BITS} bits gets entries of two limbs.
 */
final class ChosenScales implements Scales {
  private static final int LOSS = 3;
  private static final int UNEVEN = 2;
  private static final int ROW_BITS = 6;

  private final Map<String, Range> ranges;
  private final Profile profile;
  private final Map<String, Integer> chosen = new TreeMap<>();

  ChosenScales(Map<String, Range> ranges, Profile profile) {
    this.ranges = ranges;
    this.profile = profile;
  }

  @Override
  public int bits(String value) {
    return ranges.get(value).bits();
  }

  @Override
  public int fraction(Matrix matrix, int bits, int inputFraction) {
    int wanted = Weights.fractionFor(matrix.largest());
    int possible = RangeRule.weightFraction(profile, best(matrix, wanted), bits, inputFraction);
    return choose(matrix, wanted - possible <= LOSS ? possible : wanted - LOSS);
  }

  /**
   * Returns the fraction bits for the experts with the smallest weights, if those of others are
   * much larger.
   */
  private static int best(Matrix matrix, int worst) {
    int best =
        IntStream.range(0, matrix.groups())
            .mapToDouble(matrix::largest)
            .filter(size -> size > 0)
            .mapToInt(Weights::fractionFor)
            .max()
            .orElse(worst);
    return best - worst < UNEVEN ? worst : Math.min(best, worst + ExpertScales.MAX);
  }

  @Override
  public int tableFraction(Matrix table) {
    double largest = table.largest();
    int one = EmbeddingShape.fractionFor(largest, 1);
    return choose(
        table,
        RangeRule.fraction(
            table.name(), precise(table, one) ? one : EmbeddingShape.fractionFor(largest, 2)));
  }

  /**
   * Returns true if a step of the table is small beside every row. The norm that follows makes a
   * small row as large as the others.
   */
  private static boolean precise(Matrix table, int fraction) {
    double least = Math.scalb(1.0, ROW_BITS - fraction);
    return IntStream.range(0, table.rows())
        .parallel()
        .mapToDouble(row -> rootMeanSquare(table.row(row)))
        .allMatch(size -> size == 0 || size >= least);
  }

  private static double rootMeanSquare(double[] row) {
    return Math.sqrt(Arrays.stream(row).map(v -> v * v).average().orElse(0));
  }

  @Override
  public Profile profile() {
    return profile;
  }

  /** Returns the fraction bits by tensor. */
  Map<String, Integer> chosen() {
    return chosen;
  }

  private int choose(Matrix matrix, int fraction) {
    chosen.put(matrix.name(), fraction);
    return fraction;
  }
}
