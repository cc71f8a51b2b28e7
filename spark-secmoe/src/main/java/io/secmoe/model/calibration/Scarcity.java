// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Says what a calibration's samples show too little of: samples that are few, experts that few of
 * their tokens use, values of which a few tokens alone are as large as their range says. All of it
 * is the model owner's alone.
 *
 * @param samples rows
 * @param experts names of the experts, per layer
 * @param visits tokens of the samples that used each of them
 * @param magnitudes of values on the samples as they are
 */
record Scarcity(
    int samples,
    List<List<String>> experts,
    List<long[]> visits,
    Map<String, Magnitudes> magnitudes) {
  /** With fewer rows the largest of them says little of the next one. */
  private static final int FEW_ROWS = 32;

  private static final int FEW_VISITS = 100;
  private static final int FEW_COLUMNS = 8;

  /** Experts that few tokens use, by layer. */
  List<int[]> rare() {
    return visits.stream()
        .map(
            layer ->
                IntStream.range(0, layer.length)
                    .filter(expert -> layer[expert] < FEW_VISITS)
                    .toArray())
        .toList();
  }

  /** Each is a sentence that says what to do. */
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
