package io.secmoe.spark.client;

import io.secmoe.model.LayerList;
import io.secmoe.spark.client.InferenceException.Kind;
import java.util.List;
import org.apache.spark.sql.Row;

/** Takes the features out of a row and checks them before anything is sent. Errors name the row by its position, never a value. */
final class FeatureReader {
  private final LayerList layers;
  private final String column;
  private final int index;
  private final int partition;

  /** @param index of the column in the row */
  FeatureReader(LayerList layers, String column, int index, int partition) {
    this.layers = layers;
    this.column = column;
    this.index = index;
    this.partition = partition;
  }

  /**
   * The row's features, or null if it has none.
   *
   * @param position of the row in its partition, from 0
   * @throws InferenceException for a wrong length, a null or NaN feature, or one outside the calibrated range
   */
  float[] read(Row row, long position) {
    if (row.isNullAt(index)) {
      return null;
    }
    List<Number> values = row.getList(index);
    if (values.size() != layers.inputFeatures()) {
      throw bad(position, "has " + values.size() + " features, the model takes " + layers.inputFeatures());
    }
    float[] features = new float[values.size()];
    for (int i = 0; i < features.length; i++) {
      Number value = values.get(i);
      if (value == null) {
        throw bad(position, "has no feature " + i + " (null)");
      }
      double feature = value.doubleValue();
      if (Double.isNaN(feature)) {
        throw bad(position, "has NaN for feature " + i);
      }
      if (!layers.accepts(feature)) {
        throw bad(position, "has a feature " + i + " outside the model's calibrated range, |x| < 2^" + layers.inputBits());
      }
      features[i] = (float) feature;
    }
    return features;
  }

  private InferenceException bad(long position, String what) {
    return new InferenceException(Kind.UNUSABLE, "row " + position + " of partition " + partition + ": column '" + column + "' " + what);
  }
}
