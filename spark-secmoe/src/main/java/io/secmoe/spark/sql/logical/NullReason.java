// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.logical;

import io.secmoe.model.layers.Output;
import io.secmoe.spark.remote.Columns;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Coalesce;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataTypes;

/** Says why an inference has no answer for a row that has an input. */
public final class NullReason {
  private NullReason() {}

  /**
   * Returns an expression over the output of an inference: a fault of the input, or that the row
   * left the calibrated ranges, or null.
   *
   * @param column the input's name in the text
   */
  public static Expression of(PrivateInfer infer, String column) {
    Expression answer =
        infer.model().output() == Output.EMBEDDINGS ? infer.revealed() : infer.prediction();
    Expression outOfRange =
        new If(
            new And(new IsNotNull(infer.input()), new IsNull(answer)),
            Literal.create(Columns.OUT_OF_RANGE, DataTypes.StringType),
            Literal.create(null, DataTypes.StringType));
    return new Coalesce(
        Scala.seq(new InputFault(infer.model(), infer.input(), column), outOfRange));
  }
}
