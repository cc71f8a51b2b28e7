package io.secmoe.spark.conf;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known name that a misspelt one was meant to be, for error messages. */
public final class Nearest {
  private Nearest() {}

  /** The known name with the fewest letters to change, capitals aside; none if more than a third of them would have to change. */
  public static Optional<String> of(String given, Collection<String> known) {
    String wanted = given.toLowerCase(Locale.ROOT);
    return known.stream().filter(name -> distance(wanted, name) <= Math.max(2, name.length() / 3))
        .min(Comparator.comparingInt(name -> distance(wanted, name)));
  }

  /** Levenshtein's distance. */
  private static int distance(String given, String name) {
    String known = name.toLowerCase(Locale.ROOT);
    int[] row = new int[known.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= given.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (given.charAt(i - 1) == known.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[known.length()];
  }
}
