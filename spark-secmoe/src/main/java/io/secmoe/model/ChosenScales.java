package io.secmoe.model;

import io.secmoe.layer.EmbeddingShape;
import io.secmoe.linear.Weights;
import io.secmoe.party.Profile;
import java.util.Map;
import java.util.TreeMap;

/**
 * Chooses scales from measured ranges: a matrix gets the most fraction bits that both 12-bit integers and the range rule allow. One that
 * would lose more than {@link #LOSS} bits of its 12 to the range rule gets more than that allows, and is refused by name.
 */
final class ChosenScales implements Scales {
  private static final int LOSS = 3;

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
    double largest = matrix.largest();
    int wanted = Weights.fractionFor(largest);
    int possible = RangeRule.weightFraction(profile, largest, bits, inputFraction);
    return choose(matrix, wanted - possible <= LOSS ? possible : wanted - LOSS);
  }

  @Override
  public int tableFraction(Matrix table) {
    return choose(table, RangeRule.fraction(table.name(), EmbeddingShape.fractionFor(table.largest())));
  }

  @Override
  public Profile profile() {
    return profile;
  }

  /** Fraction bits by tensor. */
  Map<String, Integer> chosen() {
    return chosen;
  }

  private int choose(Matrix matrix, int fraction) {
    chosen.put(matrix.name(), fraction);
    return fraction;
  }
}
