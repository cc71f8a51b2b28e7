// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import io.secmoe.spark.remote.InputTypes;
import io.secmoe.udf.InferenceCall.Kind;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * A function of {@link SecMoeCatalog}, bound to the type of its input; {@link ExtractCalls}
 * replaces it by an operator.
 */
final class CatalogFunction implements ScalarFunction<Object> {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final DataType input;
  private final DataType result;

  private CatalogFunction(Kind kind, DataType input, DataType result) {
    this.kind = kind;
    this.input = input;
    this.result = result;
  }

  static UnboundFunction unbound(Kind kind, String name) {
    return new UnboundFunction() {
      @Override
      public BoundFunction bind(StructType arguments) {
        if (arguments.length() != 1 || !InputTypes.accepts(arguments.fields()[0].dataType())) {
          throw new UnsupportedOperationException(
              name + " takes one argument, an array of numbers or text");
        }
        return new CatalogFunction(
            kind,
            arguments.fields()[0].dataType(),
            kind.type(SecMoeExtensions.model(SparkSession.active())));
      }

      @Override
      public String description() {
        return name + "(input): " + kind.result() + " of private inference";
      }

      @Override
      public String name() {
        return name;
      }
    };
  }

  Kind kind() {
    return kind;
  }

  @Override
  public DataType[] inputTypes() {
    return new DataType[] {input};
  }

  @Override
  public DataType resultType() {
    return result;
  }

  @Override
  public String name() {
    return kind.function();
  }

  @Override
  public Object produceResult(InternalRow row) {
    throw new IllegalStateException(
        kind.function()
            + " runs in batches; set spark.sql.extensions to "
            + SecMoeExtensions.class.getName());
  }
}
