package io.secmoe.spark.metrics;

import java.awt.Color;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One colour for each step of the conversation, the same in every picture; attention's steps are neighbours in hue. */
final class StepColours {
  private static final Map<String, Integer> KNOWN = Map.ofEntries(Map.entry("router", 0x4c78a8), Map.entry("linear", 0xf2a65a),
      Map.entry("activation", 0x54a24b), Map.entry("projections", 0xc8602c), Map.entry("scores", 0x72b7b2), Map.entry("softmax", 0xe45756),
      Map.entry("values", 0x2f7f86), Map.entry("output", 0xffd8ae), Map.entry("look-up", 0xe8c547), Map.entry("norm", 0xb279a2),
      Map.entry("pool", 0x9d755d), Map.entry("reveal", 0x2b2f36), Map.entry("label", 0x5c6570),
      Map.entry("handshake", 0x8a929c), Map.entry("keys", 0xbab0ac));
  private static final int[] SPARE = {0x6b8e9e, 0xd6a5c9, 0xa0c878, 0x7f6fb0};

  private final Map<String, Color> colours = new HashMap<>();

  StepColours(List<String> steps) {
    int others = 0;
    for (String step : steps) {
      Integer known = KNOWN.get(step);
      colours.put(step, new Color(known != null ? known : SPARE[others++ % SPARE.length]));
    }
  }

  Color of(String step) {
    return colours.get(step);
  }
}
