// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Finds the shortcomings of a calibration's samples: too few samples, experts that few of their
 * tokens use, and values whose range depends on a few tokens alone. All of it is for the model
 * owner alone.
 *
 * @param samples the number of sample rows
 * @param experts names of the experts, per layer
 * @param visits the number of the samples' tokens that used each of them
 * @param magnitudes magnitudes of values on the samples as they are
 */
record Scarcity(
    int samples,
    List<List<String>> experts,
    List<long[]> visits,
    Map<String, Magnitudes> magnitudes) {
  /** With fewer rows, the largest of them says little about the next one. */
  private static final int FEW_ROWS = 32;

  private static final int FEW_VISITS = 100;
  private static final int FEW_COLUMNS = 8;

  /** Returns the experts that few tokens use, by layer. */
  List<int[]> rare() {
    return visits.stream()
        .map(
            layer ->
                IntStream.range(0, layer.length)
                    .filter(expert -> layer[expert] < FEW_VISITS)
                    .toArray())
        .toList();
  }

  /** Returns sentences that each say what to do. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (samples < FEW_ROWS) {
      warnings.add(
          "there are only "
              + samples
              + " sample rows, so rows that are inferred may leave the measured ranges, which makes"
              + " their results wrong: give some hundreds that are like the rows to be inferred");
    }
    for (int layer = 0; layer < experts.size(); layer++) {
      for (int expert : rare().get(layer)) {
        warnings.add(
            experts.get(layer).get(expert)
                + ": "
                + visits.get(layer)[expert]
                + " tokens of the samples use this expert, so its ranges come from tokens of other"
                + " experts too: give more samples, among them some that use it");
      }
    }
    new TreeMap<>(magnitudes)
        .forEach(
            (name, values) -> {
              long near = values.nearLargest();
              if (values.largest() > 0 && near < FEW_COLUMNS) {
                warnings.add(
                    "value "
                        + name
                        + ": only "
                        + near
                        + " of the samples' tokens reach half of the largest magnitude, "
                        + "so its range rests on them: give more samples");
              }
            });
    return warnings;
  }
}
