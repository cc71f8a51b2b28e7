package io.secmoe.spark.client;

import io.secmoe.spark.client.InferenceException.Kind;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Names of the columns that inference reads and adds.
 *
 * @param features array of numbers, one per input feature; null in a row means: do not send, no prediction
 * @param prediction added: int, index of the largest logit
 * @param label added: string, the name of that class
 * @param logits added where the server reveals them: array of float
 */
public record Columns(String features, String prediction, String label, String logits) implements Serializable {
  /** features, prediction, label, logits. */
  public static final Columns DEFAULT = new Columns("features", "prediction", "label", "logits");

  /** Type of the logits. */
  public static final DataType LOGITS = DataTypes.createArrayType(DataTypes.FloatType, false);

  /** The default names with another one for the features. */
  public static Columns of(String features) {
    return new Columns(features, DEFAULT.prediction(), DEFAULT.label(), DEFAULT.logits());
  }

  /**
   * What is added, in this order.
   *
   * @param logits whether the server reveals them
   */
  public List<StructField> added(boolean logits) {
    StructField first = new StructField(prediction, DataTypes.IntegerType, true, org.apache.spark.sql.types.Metadata.empty());
    StructField second = new StructField(label, DataTypes.StringType, true, org.apache.spark.sql.types.Metadata.empty());
    return logits ? List.of(first, second, new StructField(this.logits, LOGITS, true, org.apache.spark.sql.types.Metadata.empty()))
        : List.of(first, second);
  }

  /**
   * The input's schema with the added columns at its end.
   *
   * @param logits whether the server reveals them
   * @throws InferenceException UNUSABLE if the features are missing or not numeric, or a name is taken
   */
  public StructType extend(StructType input, boolean logits) {
    if (!Arrays.asList(input.fieldNames()).contains(features)) {
      throw unusable("there is no column '" + features + "'; the input has " + String.join(", ", input.fieldNames()));
    }
    requireFeatures(features, input.apply(features).dataType());
    StructType output = input;
    for (StructField field : added(logits)) {
      if (Arrays.stream(output.fieldNames()).anyMatch(field.name()::equalsIgnoreCase)) {
        throw unusable(Arrays.stream(input.fieldNames()).anyMatch(field.name()::equalsIgnoreCase)
            ? "the input has a column '" + field.name() + "' already; choose another name for the one to be added"
            : "two columns to be added are named '" + field.name() + "'");
      }
      output = output.add(field);
    }
    return output;
  }

  /** @throws InferenceException UNUSABLE unless it is an array of numbers */
  public static void requireFeatures(String name, DataType type) {
    if (!FeatureReader.accepts(type)) {
      throw unusable("column '" + name + "' has the type " + type.simpleString() + "; allowed: array of numbers"
          + (type.typeName().contains("vector") ? ", which vector_to_array of Spark ML makes of a vector" : ""));
    }
  }

  private static InferenceException unusable(String message) {
    return new InferenceException(Kind.UNUSABLE, message);
  }
}
