// SPDX-License-Identifier: Apache-2.0
package io.secmoe.demo;

import io.secmoe.model.calibration.CalibrateCommand;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.plaintext.PlainResult;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Compares the private predictions with those of the plaintext float model on the same rows. In
 * fixed point, a token whose router wavers between two experts may go to the other one. That moves
 * the logits of its row further than rounding does. So all rows but one in a hundred are held to
 * the bound of rounding, and all rows to a wider one.
 *
 * @param rows the rows compared
 * @param correct private predictions that equal the label
 * @param plainCorrect predictions of the plaintext model that equal the label
 * @param agreeing rows on which the two predict the same
 * @param usualDifference the largest difference of a private and a plaintext logit in 99 % of the
 *     rows
 * @param largestDifference the largest difference in all rows
 */
record PlaintextComparison(
    int rows,
    int correct,
    int plainCorrect,
    int agreeing,
    double usualDifference,
    double largestDifference) {
  static final double MIN_AGREEMENT = 0.995;
  static final double MAX_USUAL_DIFFERENCE = 0.05;
  static final double MAX_DIFFERENCE = 0.15;
  private static final double USUAL = 0.99;

  /**
   * Runs the plaintext model.
   *
   * @param predictions Parquet with label, prediction, logits, and tokens or features, whichever
   *     the model takes
   */
  static PlaintextComparison of(SparkSession spark, Path predictions, Path model) {
    boolean tokens = CalibrateCommand.takesTokens(model);
    List<Row> rows =
        spark
            .read()
            .parquet(predictions.toString())
            .select("label", "prediction", "logits", tokens ? "tokens" : "features")
            .collectAsList();
    FloatModel reference = FloatModel.load(model);
    PlainResult plain =
        tokens
            ? reference.run(rows.stream().map(PlaintextComparison::ids).toArray(int[][]::new))
            : reference.run(rows.stream().map(row -> floats(row, 3)).toArray(float[][]::new));
    int[] plainPredictions = plain.predictions();
    int correct = 0;
    int plainCorrect = 0;
    int agreeing = 0;
    double[] differences = new double[rows.size()];
    for (int i = 0; i < differences.length; i++) {
      int label = rows.get(i).getInt(0);
      int prediction = rows.get(i).getInt(1);
      correct += prediction == label ? 1 : 0;
      plainCorrect += plainPredictions[i] == label ? 1 : 0;
      agreeing += prediction == plainPredictions[i] ? 1 : 0;
      differences[i] = difference(floats(rows.get(i), 2), plain.logits()[i]);
    }
    Arrays.sort(differences);
    return new PlaintextComparison(
        differences.length,
        correct,
        plainCorrect,
        agreeing,
        upTo(USUAL, differences),
        upTo(1, differences));
  }

  /** Returns the largest error in that part of the values. */
  private static double upTo(double part, double[] ascending) {
    return ascending.length == 0 ? 0 : ascending[(int) Math.ceil(part * ascending.length) - 1];
  }

  private static double difference(float[] ours, double[] theirs) {
    double largest = ours.length == theirs.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(ours.length, theirs.length); i++) {
      largest = Math.max(largest, Math.abs(ours[i] - theirs[i]));
    }
    return largest;
  }

  private static int[] ids(Row row) {
    return row.<Integer>getList(3).stream().mapToInt(Integer::intValue).toArray();
  }

  private static float[] floats(Row row, int column) {
    List<Number> values = row.getList(column);
    float[] out = new float[values.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = values.get(i).floatValue();
    }
    return out;
  }

  double agreement() {
    return rows == 0 ? 0 : (double) agreeing / rows;
  }

  /** Returns true if the results of private inference agree with plaintext. */
  boolean holds() {
    return agreement() >= MIN_AGREEMENT
        && usualDifference <= MAX_USUAL_DIFFERENCE
        && largestDifference <= MAX_DIFFERENCE;
  }
}
