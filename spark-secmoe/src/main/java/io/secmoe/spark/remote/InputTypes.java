// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import io.secmoe.model.input.FeatureInput;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.InferenceException.Kind;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;

/** The types of columns that a model may get. */
public final class InputTypes {
  private InputTypes() {}

  /**
   * Returns true if any model takes columns of this type: arrays of numbers, which are features or
   * tokens, and text.
   */
  public static boolean accepts(DataType type) {
    return type instanceof StringType || isArray(type, NumericType.class);
  }

  private static boolean isArray(DataType type, Class<? extends DataType> element) {
    return type instanceof ArrayType array && element.isInstance(array.elementType());
  }

  /**
   * Checks that the model takes such a column, under this configuration.
   *
   * @param name the name of the column, or a text in place of it
   * @throws InferenceException UNUSABLE, naming the column, its type, and the types that the model
   *     takes, or the key that does not fit
   */
  public static void require(RemoteModel model, String name, DataType type) {
    model.batchLimits();
    PublishedTables.require(model);
    if (model.layers().input() instanceof FeatureInput) {
      if (!isArray(type, NumericType.class)) {
        throw unusable(
            name,
            type,
            "features",
            "array of numbers"
                + (type.typeName().contains("vector")
                    ? ", which vector_to_array of Spark ML makes of a vector"
                    : ""));
      }
      return;
    }
    boolean text = model.conf().get(SecMoeConf.TOKENIZER).isPresent();
    if (!isArray(type, IntegralType.class) && !(text && type instanceof StringType)) {
      throw unusable(
          name,
          type,
          "tokens",
          "array of tinyint, smallint, int or bigint, or string"
              + (text ? "" : " if " + SecMoeConf.TOKENIZER.key() + " is set"));
    }
  }

  private static InferenceException unusable(
      String name, DataType type, String takes, String allowed) {
    return new InferenceException(
        Kind.UNUSABLE,
        "column '"
            + name
            + "' has the type "
            + type.simpleString()
            + ", and the model takes "
            + takes
            + "; allowed: "
            + allowed);
  }
}
