package io.secmoe.spark.demo;

import io.secmoe.model.FloatModel;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What the private predictions are worth, beside those of the plaintext float model on the same rows.
 *
 * @param rows compared
 * @param correct private predictions that equal the label
 * @param plainCorrect the same of the plaintext model
 * @param agreeing rows on which the two predict the same
 * @param largestDifference between a private and a plaintext logit
 */
record Comparison(int rows, int correct, int plainCorrect, int agreeing, double largestDifference) {
  static final double LEAST_AGREEMENT = 0.995;
  static final double MOST_DIFFERENCE = 0.05;

  /**
   * Runs the plaintext model.
   *
   * @param predictions Parquet with features, label, prediction, logits
   */
  static Comparison of(SparkSession spark, Path predictions, Path model) {
    List<Row> rows = spark.read().parquet(predictions.toString()).select("features", "label", "prediction", "logits").collectAsList();
    float[][] features = rows.stream().map(row -> floats(row, 0)).toArray(float[][]::new);
    var plain = FloatModel.load(model).run(features);
    int[] plainPredictions = plain.predictions();
    int correct = 0;
    int plainCorrect = 0;
    int agreeing = 0;
    double largest = 0;
    for (int i = 0; i < features.length; i++) {
      int label = rows.get(i).getInt(1);
      int prediction = rows.get(i).getInt(2);
      correct += prediction == label ? 1 : 0;
      plainCorrect += plainPredictions[i] == label ? 1 : 0;
      agreeing += prediction == plainPredictions[i] ? 1 : 0;
      largest = Math.max(largest, difference(floats(rows.get(i), 3), plain.logits()[i]));
    }
    return new Comparison(features.length, correct, plainCorrect, agreeing, largest);
  }

  private static double difference(float[] ours, double[] theirs) {
    double largest = ours.length == theirs.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(ours.length, theirs.length); i++) {
      largest = Math.max(largest, Math.abs(ours[i] - theirs[i]));
    }
    return largest;
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

  /** Whether private inference did what it promises. */
  boolean holds() {
    return agreement() >= LEAST_AGREEMENT && largestDifference <= MOST_DIFFERENCE;
  }
}
