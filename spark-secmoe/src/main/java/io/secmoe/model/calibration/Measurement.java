// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.family.switchtransformer.SwitchFeedForward;
import io.secmoe.model.family.switchtransformer.SwitchReference;
import io.secmoe.model.input.FeatureRows;
import io.secmoe.model.input.Rows;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.plaintext.PlainResult;
import io.secmoe.model.plaintext.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Measures the magnitudes of a model's values with its plaintext reference, in three runs. The
 * first takes the samples as they are. The second sends tokens of the samples to the experts that
 * few of them use, so that the range of an expert holds even if no sample prefers it. The third
 * takes every id of the vocabulary as a sequence of its own, so that no token is unknown.
 *
 * <p>Experts that many tokens use are measured on those tokens alone. Their results for other
 * tokens are never computed in an inference, and can be so large in a trained model that they would
 * cost the precision of all values. The second run sends half of the tokens of each sample to a
 * rare expert, then the other half, so that its results meet others in later layers. It takes
 * samples as long as it costs no more than {@link #MAX_RUNS} times the first run. Memory: that of
 * {@link SwitchReference#TOKENS} tokens.
 */
final class Measurement {
  /** The range of every value, and warnings for the model's owner. */
  record Measured(Map<String, Range> ranges, List<String> warnings) {}

  private static final int MAX_RUNS = 8;
  private static final long FEW_TOKENS = 1 << 16;
  private static final int HALVES = 2;

  private final FloatModel model;
  private final Rows samples;
  private final CalibrateCommand.Progress progress;
  private final Map<String, Magnitudes> magnitudes = new LinkedHashMap<>();
  private final List<long[]> visits = new ArrayList<>();

  private Measurement(FloatModel model, Rows samples, CalibrateCommand.Progress progress) {
    this.model = model;
    this.samples = samples;
    this.progress = progress;
    model.experts().forEach(layer -> visits.add(new long[layer.size()]));
  }

  /**
   * Returns the range of every value of a model on samples. There is at least one row, and the
   * model takes all of them.
   */
  static Measured of(FloatModel model, Rows samples, CalibrateCommand.Progress progress) {
    if (samples.count() == 0) {
      throw new ModelException("there are no samples", "calibration", "give at least one row");
    }
    return new Measurement(model, samples, progress).run();
  }

  private Measured run() {
    parts("samples as they are", samples, Reference.Detour.NONE, 0, samples.count());
    Scarcity scarcity = new Scarcity(samples.count(), model.experts(), visits, magnitudes);
    List<String> warnings = scarcity.warnings();
    rareExperts(scarcity.rare());
    for (Rows rows : model.always()) {
      parts("every id alone", rows, Reference.Detour.NONE, 0, rows.count());
    }
    Map<String, Range> ranges = new LinkedHashMap<>();
    magnitudes.forEach(
        (name, values) -> {
          if (!Double.isFinite(values.largest())) {
            throw new ModelException(
                "it is not finite on the samples",
                "value " + name,
                "check the samples and the checkpoint");
          }
          ranges.put(name, Range.of(values.largest()));
        });
    return new Measured(ranges, warnings);
  }

  /** Runs the rare experts, by layer. The layers take turns. */
  private void rareExperts(List<int[]> rare) {
    int turns = HALVES * rare.stream().mapToInt(layer -> layer.length).max().orElse(0);
    long tokens = (long) samples.count() * samples.length();
    int stride =
        Math.max(
            1, (int) Math.ceil((double) tokens * turns / Math.max(MAX_RUNS * tokens, FEW_TOKENS)));
    long all = (long) samples.count() * turns / stride;
    long done = 0;
    for (int turn = 0; turn < turns; turn++) {
      Rows some = everyNth(stride, turn);
      int half = turn % HALVES;
      int place = turn / HALVES;
      parts(
          "experts that few samples use",
          some,
          (layer, token, chosen) -> {
            int[] experts = rare.get(layer);
            return experts.length > 0 && token % HALVES == half
                ? experts[place % experts.length]
                : chosen;
          },
          done,
          all);
      done += some.count();
    }
  }

  /** Runs the rows in parts. Results are not kept. */
  private void parts(String run, Rows rows, Reference.Detour detour, long before, long all) {
    long done = before;
    for (Rows part :
        rows instanceof TokenRows tokens ? tokens.parts(SwitchReference.TOKENS) : List.of(rows)) {
      PlainResult result = model.run(part, detour, this::see);
      if (rows == samples) {
        count(result.experts());
      }
      done += part.count();
      progress.at(run, done, all);
    }
  }

  private void count(int[][] experts) {
    for (int layer = 0; layer < experts.length; layer++) {
      for (int expert : experts[layer]) {
        if (expert != SwitchFeedForward.DROPPED) {
          visits.get(layer)[expert]++;
        }
      }
    }
  }

  private void see(String name, double[] values) {
    magnitudes
        .computeIfAbsent(name, n -> new Magnitudes())
        .add(Arrays.stream(values).map(Math::abs).max().orElse(0));
  }

  private Rows everyNth(int stride, int first) {
    int[] rows =
        IntStream.iterate(first % stride, row -> row < samples.count(), row -> row + stride)
            .toArray();
    if (samples instanceof TokenRows tokens) {
      return new TokenRows(
          Arrays.stream(rows).mapToObj(row -> tokens.ids()[row]).toArray(int[][]::new),
          tokens.length());
    }
    FeatureRows numbers = (FeatureRows) samples;
    return new FeatureRows(
        Arrays.stream(rows).mapToObj(row -> numbers.features()[row]).toArray(float[][]::new));
  }
}
