// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import io.secmoe.model.checkpoint.Json;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.checkpoint.ModelFiles;
import io.secmoe.model.layers.Scales;
import io.secmoe.party.Profile;
import io.secmoe.ring.Modulus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * The magnitudes of a model's values, measured once with the plaintext float model ({@link
 * Measurement}), and the choices that follow from them: scales, and the primes of the encryption.
 * It is stored beside the model as {@code calibration.json}. Range and fraction bits are public;
 * the measured magnitudes stay with the server. Ring sizes and the pieces of non-linear functions
 * follow from the range bits.
 *
 * @param weightsDigest SHA-256 of the weights it was measured with
 * @param samples the number of sample rows
 * @param ranges by value. A layer's name stands for its result, residual connection included.
 *     Inside of it there are {@code .logits} of a router, {@code .hidden} (W1·x, V·x), {@code
 *     .active} (act(W1·x) ⊙ V·x, gated layers only), {@code .output} (W2·act before the gate
 *     weight; of attention, the results of the output's matrix), {@code .query}, {@code .key},
 *     {@code .value}, and {@code .scores} (of padding as well, and with the head's largest position
 *     bias). {@code features} are those of incoming rows, {@code embeddings} those of tokens after
 *     the last norm with its gain
 * @param fractions bits by tensor; several tensors that are served as one matrix are one, named
 *     after their common part
 * @param primeBits the chain, answer level first, key-switching prime last
 * @param t the plaintext prime
 */
public record Calibration(
    String weightsDigest,
    int samples,
    Map<String, Range> ranges,
    Map<String, Integer> fractions,
    List<Integer> primeBits,
    Modulus t) {
  private static final String REMEDY =
      "run io.secmoe.spark.server.CalibrateApplication on this model directory with sample rows";

  public Calibration {
    ranges = Map.copyOf(ranges);
    fractions = Map.copyOf(fractions);
    primeBits = List.copyOf(primeBits);
  }

  /** Reads calibration.json of a model directory. It must belong to these weights. */
  public static Calibration read(Path directory, String weightsDigest) {
    Path file = directory.resolve(ModelFiles.CALIBRATION);
    Calibration calibration =
        CalibrationJson.fromFields(
            Json.read(ModelFiles.read(file, REMEDY), file.toString(), REMEDY));
    if (!calibration.weightsDigest.equals(weightsDigest)) {
      throw new ModelException(
          "field \"weights_sha256\" is not this checkpoint's: it was measured with other weights",
          file.toString(),
          REMEDY);
    }
    return calibration;
  }

  /** Writes calibration.json as a whole or not at all. */
  public void write(Path directory) {
    Path file = directory.resolve(ModelFiles.CALIBRATION);
    try {
      Path draft =
          Files.write(
              directory.resolve(ModelFiles.CALIBRATION + ".draft"),
              Json.writePretty(CalibrationJson.toNode(this)));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ModelException(
          "it cannot be written (" + e + ")",
          file.toString(),
          "make the model directory writable",
          e);
    }
  }

  /** Returns the chosen scales, for a profile with the chosen primes. */
  public Scales scales(Profile profile) {
    return new StoredScales(this, profile.with(primeBits, t));
  }

  /**
   * Reports that a directory's calibration has choices that are impossible for its checkpoint,
   * because somebody has changed it.
   */
  public static ModelException unfit(Path directory, IllegalArgumentException e) {
    return new ModelException(
        "its choices do not fit the checkpoint: " + e.getMessage(),
        directory.resolve(ModelFiles.CALIBRATION).toString(),
        REMEDY,
        e);
  }

  /** Returns the range bits of a value. */
  public int bits(String value) {
    return get(ranges, value, "range").bits();
  }

  /** Returns the fraction bits of a tensor. */
  public int fraction(String tensor) {
    return get(fractions, tensor, "scale");
  }

  private static <T> T get(Map<String, T> map, String name, String what) {
    T found = map.get(name);
    if (found == null) {
      throw new ModelException(
          "it has no " + what + " for \"" + name + "\"", ModelFiles.CALIBRATION, REMEDY);
    }
    return found;
  }
}
