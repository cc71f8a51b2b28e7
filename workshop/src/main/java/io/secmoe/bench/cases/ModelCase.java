// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.cases;

import io.secmoe.bench.Bench;
import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.report.CaseFigures;
import io.secmoe.model.calibration.CalibrateCommand;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.inference.Inference;
import io.secmoe.model.inference.Predictions;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.model.input.TokenInput;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.Output;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.party.Profile;
import io.secmoe.party.ServerParty;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * A token model on one batch of random rows, told per layer and step: {@code encoder}, a dense and
 * a sparse layer with random weights, or {@code model}, a directory that is calibrated. The calling
 * process makes, calibrates and describes the model and computes in plaintext what the first rows
 * should give; parties get the directory, the public layer list and those numbers as files.
 */
public final class ModelCase implements Case {
  private static final String LAYERS = "layers.json";
  private static final String REFERENCE = "reference.json";
  private static final int CHECKED_ROWS = 2;
  private static final long ROWS_SEED = 32;
  private static final double CLOSE = 0x1p-5;

  /** The random checkpoint; null for a directory. */
  private final RandomCheckpoint random;

  private final String path;
  private final int sequences;
  private final int length;
  private final Profile profile;
  private final Path prepared;

  private ModelCase(RandomCheckpoint random, Arguments a) {
    this.random = random;
    this.path = a.text("path", null);
    this.sequences = a.integer("sequences", 64);
    this.length = a.integer("length", 128);
    this.profile = Case.profile(a);
    String folder = a.text("prepared", null);
    this.prepared = folder == null ? null : Path.of(folder);
    if (random == null && path == null) {
      throw new IllegalArgumentException("--path is missing: the directory of a calibrated model");
    }
  }

  static ModelCase of(Arguments a) {
    return new ModelCase(
        a.name().equals("model")
            ? null
            : new RandomCheckpoint(
                a.integer("vocabulary", 512),
                a.integer("d", 64),
                a.integer("heads", 4),
                a.integer("d-ff", 256),
                a.integer("experts", 8)),
        a);
  }

  @Override
  public Arguments prepare(Arguments a, Path folder) throws IOException {
    Path model = path == null ? folder.resolve("model") : Path.of(path);
    if (random != null) {
      random.write(model, length);
      System.err.println("calibrating random weights on " + CHECKED_ROWS + " rows");
      CalibrateCommand.run(model, Arrays.copyOf(rows(random.vocabulary()).ids(), CHECKED_ROWS));
    }
    LayerList layers = ServerModel.describe(model, profile, Output.EMBEDDINGS).layers();
    Files.write(folder.resolve(LAYERS), layers.toJson());
    int[][] first =
        Arrays.copyOf(
            rows(((TokenInput) layers.input()).vocabulary()).ids(),
            Math.min(CHECKED_ROWS, sequences));
    Bench.JSON.writeValue(
        folder.resolve(REFERENCE).toFile(), FloatModel.load(model).run(first).embeddings());
    return a.with("path", model.toString()).with("prepared", folder.toString());
  }

  /** Returns random ids, with lengths between half and the whole of the padded length. */
  private TokenRows rows(int vocabulary) {
    Random draw = new Random(ROWS_SEED);
    int[][] ids = new int[sequences][];
    for (int row = 0; row < sequences; row++) {
      ids[row] = draw.ints(length - draw.nextInt(length / 2 + 1), 0, vocabulary).toArray();
    }
    return new TokenRows(ids, length);
  }

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> p = new LinkedHashMap<>();
    if (random != null) {
      p.put("d", random.d());
      p.put("heads", random.heads());
      p.put("d_ff", random.hidden());
      p.put("experts", random.experts());
      p.put("vocabulary", random.vocabulary());
    } else {
      p.put("path", path);
    }
    p.put("sequences", sequences);
    p.put("length", length);
    p.put("tokens", sequences * length);
    p.put("ot", profile.ot().label());
    p.put("comparison", profile.comparison().label());
    return p;
  }

  @Override
  public Profile profile() {
    return prepared == null ? profile : layers().profile();
  }

  @Override
  public OptionalDouble estimateSeconds() {
    if (random == null) {
      return OptionalDouble.empty();
    }
    double tokens = (double) sequences * length;
    double scores = 2 * tokens * random.heads() * length;
    double products = 2.0 * random.d() * random.hidden();
    return OptionalDouble.of(
        30
            + 8192 * products * (36.0 * random.experts() + 16) / 5e10
            + scores * 1e-5
            + 2 * tokens * random.hidden() * 4e-6);
  }

  private LayerList layers() {
    try {
      return LayerList.fromJson(Files.readAllBytes(prepared.resolve(LAYERS)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public CaseFigures client(ClientParty c) {
    LayerList layers = layers();
    Predictions got =
        Inference.client(
            c, layers, rows(((TokenInput) layers.input()).vocabulary()), Strategy.SELECT);
    int features = layers.layers().get(layers.layers().size() - 1).outputs();
    return CaseFigures.ofLayers(c.channel().meter(), errors(got.embeddings(), features));
  }

  /**
   * Returns the first rows' largest error; and how many vectors are off by more than {@link
   * #CLOSE}, with the largest error of the others: where two experts are too close for fixed point
   * to tell apart, a token may go to the other one.
   */
  private Map<String, Object> errors(float[][] embeddings, int features) {
    List<Double> worst = new ArrayList<>();
    double[][] expected = reference();
    for (int row = 0; row < expected.length; row++) {
      for (int at = 0; at < expected[row].length; at += features) {
        worst.add(largestError(embeddings[row], expected[row], at, features));
      }
    }
    Map<String, Object> errors = new LinkedHashMap<>();
    errors.put("max_error", largest(worst, Double.MAX_VALUE));
    errors.put("vectors_checked", worst.size());
    errors.put("vectors_off", worst.stream().filter(error -> error > CLOSE).count());
    errors.put("max_error_of_others", largest(worst, CLOSE));
    return errors;
  }

  private static double largestError(float[] got, double[] expected, int from, int features) {
    double worst = 0;
    for (int i = from; i < from + features; i++) {
      worst = Math.max(worst, Math.abs(got[i] - expected[i]));
    }
    return worst;
  }

  private static double largest(List<Double> errors, double most) {
    return errors.stream().filter(error -> error <= most).max(Double::compare).orElse(0.0);
  }

  private double[][] reference() {
    try {
      return Bench.JSON.readValue(prepared.resolve(REFERENCE).toFile(), double[][].class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public CaseFigures server(ServerParty s) {
    ServerModel model = ServerModel.load(Path.of(path), profile, Output.EMBEDDINGS);
    Inference.server(s, model, new Sequences(sequences, length), Strategy.SELECT);
    return CaseFigures.ofLayers(s.channel().meter(), Map.of());
  }
}
