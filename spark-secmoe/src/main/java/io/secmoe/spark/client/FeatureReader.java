package io.secmoe.spark.client;

import io.secmoe.model.FeatureInput;
import io.secmoe.spark.client.InferenceException.Kind;
import io.secmoe.spark.conf.SecMoeConf;
import java.util.function.IntToDoubleFunction;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.NumericType;

/** Checks a row's features before anything is sent. Errors name the row by its position, never a value. Used by one task. */
public final class FeatureReader {
  private final FeatureInput input;
  private final boolean pad;
  private final String column;
  private final DataType element;
  private final TaskContext task;
  private long position;

  /**
   * @param column name of the features for error messages
   * @param type of the features, which {@link #accepts}
   */
  public FeatureReader(RemoteModel model, String column, DataType type, TaskContext task) {
    this.input = (FeatureInput) model.layers().input();
    this.pad = model.conf().get(SecMoeConf.FEATURES_PAD);
    this.column = column;
    this.element = ((ArrayType) type).elementType();
    this.task = task;
  }

  /** Whether features may have this type: an array of numbers. */
  public static boolean accepts(DataType type) {
    return type instanceof ArrayType array && array.elementType() instanceof NumericType;
  }

  /**
   * The next row's features, or null if it has none.
   *
   * @throws InferenceException for a wrong length, a null or NaN feature, or one outside the calibrated range
   */
  public float[] read(ArrayData values) {
    try {
      return values == null ? null : check(values);
    } catch (InferenceException e) {
      throw BatchInference.giveUp(task, e);
    } finally {
      position++;
    }
  }

  private float[] check(ArrayData values) {
    int given = values.numElements();
    int wanted = input.features();
    if (given > wanted || given < wanted && !pad) {
      throw bad("has " + given + " features, the model takes " + wanted
          + (given < wanted ? "; " + SecMoeConf.FEATURES_PAD.key() + "=true fills up with zeros" : ""));
    }
    float[] features = new float[wanted];
    IntToDoubleFunction reader = reader(values);
    for (int i = 0; i < given; i++) {
      if (values.isNullAt(i)) {
        throw bad("has no feature " + i + " (null)");
      }
      double feature = reader.applyAsDouble(i);
      if (Double.isNaN(feature)) {
        throw bad("has NaN for feature " + i);
      }
      if (!input.accepts(feature)) {
        throw bad("has a feature " + i + " outside the model's calibrated range, |x| < 2^" + input.bits());
      }
      features[i] = (float) feature;
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
      default -> throw new IllegalStateException("features of type " + element.simpleString() + " should have been refused");
    };
  }

  private InferenceException bad(String what) {
    return new InferenceException(Kind.UNUSABLE,
        "row " + position + " of partition " + task.partitionId() + ": column '" + column + "' " + what);
  }
}
