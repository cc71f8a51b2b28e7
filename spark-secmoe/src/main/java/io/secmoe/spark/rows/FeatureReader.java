// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.rows;

import io.secmoe.model.input.FeatureInput;
import io.secmoe.model.input.FeatureRows;
import io.secmoe.model.input.Rows;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.RemoteModel;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;

/**
 * Reads rows of features. Errors: a wrong length, a null or NaN feature, a feature outside the
 * calibrated range.
 */
final class FeatureReader extends RowReader<float[]> {
  private final FeatureInput input;
  private final boolean pad;
  private final DataType element;

  /**
   * @param type an array of numbers
   */
  FeatureReader(RemoteModel model, String column, DataType type, TaskContext task) {
    super(model, column, task);
    this.input = (FeatureInput) model.layers().input();
    this.pad = model.conf().get(SecMoeConf.FEATURES_PAD);
    this.element = ((ArrayType) type).elementType();
  }

  @Override
  float[] read(SpecializedGetters row, int index) {
    ArrayData values = row.getArray(index);
    int given = values.numElements();
    int wanted = input.features();
    if (given > wanted || given < wanted && !pad) {
      throw bad(
          "has "
              + (given < wanted ? "fewer" : "more")
              + " features than the model takes, "
              + wanted
              + (given < wanted
                  ? "; " + SecMoeConf.FEATURES_PAD.key() + "=true fills up with zeros"
                  : ""));
    }
    if (hasNull(values)) {
      throw bad("has a null among its features");
    }
    float[] features = new float[wanted];
    IntToDoubleFunction reader = reader(values);
    boolean missing = false;
    boolean outside = false;
    for (int i = 0; i < given; i++) {
      double feature = reader.applyAsDouble(i);
      missing |= Double.isNaN(feature);
      outside |= !input.accepts(feature);
      features[i] = (float) feature;
    }
    if (missing) {
      throw bad("has a NaN among its features");
    }
    if (outside) {
      throw bad("has a feature outside the model's calibrated range, |x| < 2^" + input.bits());
    }
    return features;
  }

  private IntToDoubleFunction reader(ArrayData values) {
    if (element instanceof DecimalType decimal) {
      return i -> values.getDecimal(i, decimal.precision(), decimal.scale()).toDouble();
    }
    return switch (element.typeName()) {
      case "float" -> values::getFloat;
      case "double" -> values::getDouble;
      case "long" -> values::getLong;
      case "integer" -> values::getInt;
      case "short" -> values::getShort;
      case "byte" -> values::getByte;
      default ->
          throw new IllegalStateException(
              "features of type " + element.simpleString() + " should have been refused");
    };
  }

  @Override
  int length(float[] features) {
    return 1;
  }

  @Override
  Rows rows(List<float[]> features, int length) {
    return new FeatureRows(features.toArray(float[][]::new));
  }
}
