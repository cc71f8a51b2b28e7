package io.secmoe.spark.client;

import io.secmoe.spark.client.InferenceException.Kind;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Names of the columns that inference reads and adds.
 *
 * @param features array of numbers, one per input feature; null in a row means: do not send, no prediction
 * @param prediction added: int, index of the largest logit
 * @param logits added: array of float
 */
public record Columns(String features, String prediction, String logits) implements Serializable {
  /** features, prediction, logits. */
  public static final Columns DEFAULT = new Columns("features", "prediction", "logits");

  /**
   * The input's schema with the added columns at its end.
   *
   * @throws InferenceException if the features are missing or not numeric, or a name is taken
   */
  StructType extend(StructType input) {
    if (!Arrays.asList(input.fieldNames()).contains(features)) {
      throw unusable("there is no column '" + features + "'; the input has " + String.join(", ", input.fieldNames()));
    }
    StructField field = input.apply(features);
    if (!(field.dataType() instanceof ArrayType array && array.elementType() instanceof NumericType)) {
      throw unusable("column '" + features + "' has the type " + field.dataType().simpleString() + "; allowed: array of numbers");
    }
    for (String added : new String[] {prediction, logits}) {
      if (Arrays.stream(input.fieldNames()).anyMatch(added::equalsIgnoreCase)) {
        throw unusable("the input has a column '" + added + "' already; choose another name for the one to be added");
      }
    }
    if (prediction.equalsIgnoreCase(logits)) {
      throw unusable("both columns to be added are named '" + logits + "'");
    }
    return input.add(prediction, DataTypes.IntegerType, true).add(logits, DataTypes.createArrayType(DataTypes.FloatType, false), true);
  }

  private static InferenceException unusable(String message) {
    return new InferenceException(Kind.UNUSABLE, message);
  }
}
