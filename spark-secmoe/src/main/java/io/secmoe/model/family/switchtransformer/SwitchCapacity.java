// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.ModelFiles;
import io.secmoe.model.layers.CapacityRule;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number of tokens of a row that an expert takes, and the treatment of the others. {@code
 * config.json} has the number. The library has changed the treatment of the others several times,
 * so its version decides:
 *
 * <ul>
 *   <li>before 4.52, a token beyond the capacity passes through: its normalised vector takes the
 *       place of the expert's result
 *   <li>from 4.52 to 4.57, it is dropped: the expert adds nothing to it
 *   <li>from 5.0 to 5.17, no token is ever beyond the capacity, since the library counts each one
 *       alone
 *   <li>from 5.18 on, it is dropped again
 * </ul>
 *
 * <p>Passing through is not computed here. Rows that are no longer than the capacity cannot exceed
 * it. So a model of such a version takes no longer rows, and its answers are the library's.
 *
 * @param tokens tokens of a row that an expert takes; 0: all
 * @param longest the longest row that the model takes
 * @param notes a sentence about the rule, if the capacity could bind
 */
record SwitchCapacity(int tokens, int longest, List<String> notes) {
  private static final int ALL = 0;
  private static final int DEFAULT = 64;
  private static final String CAPACITY = "expert_capacity";
  private static final String VERSION = "transformers_version";
  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(\\..*)?");

  /** Versions as 1000 · major + minor. */
  private static final int FIRST_THAT_DROPS = 4052;

  private static final int FIRST_THAT_MISCOUNTS = 5000;
  private static final int FIRST_THAT_DROPS_AGAIN = 5018;

  /**
   * Reads the capacity of a configuration.
   *
   * @param asked the rule of the server's configuration
   * @param longest the longest row of the configuration
   * @param sparse true if the model has experts at all
   */
  static SwitchCapacity read(Fields fields, CapacityRule asked, int longest, boolean sparse) {
    if (fields.isNull(CAPACITY)) {
      return new SwitchCapacity(ALL, longest, List.of());
    }
    int tokens = fields.has(CAPACITY) ? fields.integer(CAPACITY, 1, Integer.MAX_VALUE) : DEFAULT;
    if (tokens >= longest || !sparse) {
      return new SwitchCapacity(ALL, longest, List.of());
    }
    return switch (asked) {
      case DROP -> dropping(tokens, longest, "as " + CapacityRule.KEY + "=drop says");
      case NEVER -> taking(tokens, longest, "as " + CapacityRule.KEY + "=never says");
      case LIBRARY -> byVersion(fields, tokens, longest);
    };
  }

  private static SwitchCapacity byVersion(Fields fields, int tokens, int longest) {
    String text = fields.has(VERSION) ? fields.text(VERSION, 64) : "";
    Matcher numbers = NUMBERS.matcher(text);
    if (!numbers.matches()) {
      return dropping(
          tokens,
          longest,
          "as transformers 4.52 to 4.57 and from 5.18 on do, since "
              + ModelFiles.CONFIG
              + " names "
              + (text.isEmpty() ? "no version" : "the unknown version " + text)
              + "; "
              + CapacityRule.KEY
              + "=never lets experts take all");
    }
    int version = 1000 * Integer.parseInt(numbers.group(1)) + Integer.parseInt(numbers.group(2));
    String library =
        "as transformers "
            + text
            + ", which "
            + ModelFiles.CONFIG
            + " names, does; "
            + CapacityRule.KEY
            + "=";
    if (version >= FIRST_THAT_DROPS_AGAIN
        || version >= FIRST_THAT_DROPS && version < FIRST_THAT_MISCOUNTS) {
      return dropping(tokens, longest, library + "never lets experts take all");
    }
    return version >= FIRST_THAT_MISCOUNTS
        ? taking(tokens, longest, library + "drop makes the capacity bind")
        : limiting(tokens, text);
  }

  private static SwitchCapacity dropping(int tokens, int longest, String reason) {
    return new SwitchCapacity(
        tokens,
        longest,
        List.of(
            "an expert takes the first "
                + tokens
                + " tokens of a row that choose it ("
                + CAPACITY
                + ") and adds nothing to later ones, "
                + reason));
  }

  private static SwitchCapacity taking(int tokens, int longest, String reason) {
    return new SwitchCapacity(
        ALL,
        longest,
        List.of(
            "experts take all tokens of a row that choose them, also beyond their capacity ("
                + CAPACITY
                + ") of "
                + tokens
                + ", "
                + reason));
  }

  private static SwitchCapacity limiting(int tokens, String version) {
    return new SwitchCapacity(
        ALL,
        tokens,
        List.of(
            "the model takes rows of at most "
                + tokens
                + " tokens ("
                + CAPACITY
                + "): in longer ones transformers "
                + version
                + ", which "
                + ModelFiles.CONFIG
                + " names, passes tokens through that exceed their"
                + " expert's capacity, and this version does not compute that; for longer rows set "
                + CapacityRule.KEY
                + " to drop (such tokens get nothing from their expert) or never (experts take"
                + " all), for calibration and serving"));
  }
}
