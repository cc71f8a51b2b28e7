package io.secmoe.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How large a model's values become: measured once with the plaintext float model on sample rows, stored beside the model as
 * {@code calibration.json}. The range bits are public, the magnitudes seen stay with the server.
 *
 * @param weightsDigest SHA-256 of the weights it was measured with
 * @param samples rows
 * @param ranges by value: a layer's name for what comes out of it, residual connection included; and inside of it {@code .logits} of a
 *     router, {@code .hidden} (W1·x, V·x), {@code .active} (act(W1·x) ⊙ V·x, gated layers only), {@code .output} (W2·act before the gate
 *     weight; of attention, what the output's matrix makes), {@code .query}, {@code .key}, {@code .value}, {@code .scores} (position's bias
 *     included, padding as well); {@code features} of rows that come in, {@code embeddings} of tokens after the last norm with its gain
 */
public record Calibration(String weightsDigest, int samples, Map<String, Range> ranges) {
  static final String FEATURES = "features";
  static final String LOGITS = ".logits";
  static final String HIDDEN = ".hidden";
  static final String OUTPUT = ".output";
  static final String ACTIVE = ".active";
  static final String QUERY = ".query";
  static final String KEY = ".key";
  static final String VALUE = ".value";
  static final String SCORES = ".scores";
  static final String EMBEDDINGS = "embeddings";

  private static final String FORMAT = "secmoe-calibration-1";
  private static final String MEND = "run io.secmoe.model.CalibrateCommand on this model directory with sample rows";
  private static final int MOST_BITS = 40;

  public Calibration {
    ranges = Map.copyOf(ranges);
  }

  /** Runs the float model over samples, at least one row, all of them rows that the model takes. */
  public static Calibration measure(FloatModel model, Rows samples) {
    if (samples.count() == 0) {
      throw new ModelException("there are no samples", "calibration", "give at least one row");
    }
    Map<String, Double> largest = new LinkedHashMap<>();
    model.run(samples, (name, values) -> {
      for (double value : values) {
        largest.merge(name, Math.abs(value), Math::max);
      }
    });
    Map<String, Range> ranges = new LinkedHashMap<>();
    largest.forEach((name, value) -> {
      if (!Double.isFinite(value)) {
        throw new ModelException("it is not finite on the samples", "value " + name, "check the samples and the checkpoint");
      }
      ranges.put(name, Range.of(value));
    });
    return new Calibration(model.weightsDigest(), samples.count(), ranges);
  }

  /** Reads calibration.json of a model directory; it must belong to these weights. */
  static Calibration read(Path directory, String weightsDigest) {
    Path file = directory.resolve(ModelFiles.CALIBRATION);
    Fields fields = Json.read(ModelFiles.read(file, MEND), file.toString(), MEND);
    fields.constant("format", FORMAT);
    String measured = fields.text("weights_sha256", 64);
    if (!measured.equals(weightsDigest)) {
      throw fields.wrong("weights_sha256", "is not this checkpoint's: it was measured with other weights");
    }
    int samples = fields.integer("samples", 1, Integer.MAX_VALUE);
    Fields values = fields.object("ranges");
    Map<String, Range> ranges = new LinkedHashMap<>();
    values.names().forEach(name -> ranges.put(name, range(values.object(name))));
    fields.end();
    return new Calibration(measured, samples, ranges);
  }

  /** Writes calibration.json, whole or not at all. */
  void write(Path directory) {
    Path file = directory.resolve(ModelFiles.CALIBRATION);
    try {
      Path draft = Files.write(directory.resolve(ModelFiles.CALIBRATION + ".draft"), Json.writePretty(toNode()));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ModelException("it cannot be written (" + e + ")", file.toString(), "make the model directory writable", e);
    }
  }

  /** The range bits of a value. */
  int bits(String value) {
    Range range = ranges.get(value);
    if (range == null) {
      throw new ModelException("it has no range for \"" + value + "\"", ModelFiles.CALIBRATION, MEND);
    }
    return range.bits();
  }

  private ObjectNode toNode() {
    ObjectNode node = Json.object();
    node.put("format", FORMAT);
    node.put("weights_sha256", weightsDigest);
    node.put("samples", samples);
    ObjectNode values = node.putObject("ranges");
    new TreeMap<>(ranges).forEach((name, range) -> {
      ObjectNode value = values.putObject(name);
      value.put("largest", range.largest());
      value.put("bits", range.bits());
    });
    return node;
  }

  private static Range range(Fields fields) {
    Range range = new Range(fields.magnitude("largest"), fields.integer("bits", 1, MOST_BITS));
    if (range.largest() >= Math.scalb(1.0, range.bits())) {
      throw fields.wrong("bits", "is too small for the largest magnitude seen");
    }
    fields.end();
    return range;
  }
}
