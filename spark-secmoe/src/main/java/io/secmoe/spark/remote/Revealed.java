// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import io.secmoe.model.inference.Predictions;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.Output;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * The numbers that a server reveals about a row, in Spark's types: logits, or an embedding of the
 * row or of each of its tokens.
 */
public final class Revealed {
  /** An array of float: logits, or the embedding of a row. */
  public static final DataType VECTOR = DataTypes.createArrayType(DataTypes.FloatType, false);

  /** An array of arrays of float: an embedding per token. */
  public static final DataType VECTORS = DataTypes.createArrayType(VECTOR, false);

  private Revealed() {}

  /** Returns the type of the numbers that this model's servers reveal. */
  public static DataType type(LayerList layers) {
    return layers.output() == Output.EMBEDDINGS && layers.perToken() ? VECTORS : VECTOR;
  }

  /** Returns the numbers that they reveal about a row; null if they reveal the label alone. */
  public static Object of(LayerList layers, Predictions predictions, int row) {
    if (predictions.embeddings() == null) {
      return predictions.logits() == null
          ? null
          : UnsafeArrayData.fromPrimitiveArray(predictions.logits()[row]);
    }
    float[] embedding = predictions.embeddings()[row];
    return layers.perToken()
        ? tokens(embedding, layers.width())
        : UnsafeArrayData.fromPrimitiveArray(embedding);
  }

  private static GenericArrayData tokens(float[] embeddings, int width) {
    Object[] tokens = new Object[embeddings.length / width];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] =
          UnsafeArrayData.fromPrimitiveArray(
              Arrays.copyOfRange(embeddings, i * width, (i + 1) * width));
    }
    return new GenericArrayData(tokens);
  }
}
