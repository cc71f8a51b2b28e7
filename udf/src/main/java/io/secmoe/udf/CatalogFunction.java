package io.secmoe.udf;

import io.secmoe.spark.client.Columns;
import io.secmoe.spark.client.FeatureReader;
import io.secmoe.udf.InferenceCall.Kind;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A function of {@link SecMoeCatalog}, bound to the type of its features; {@link ExtractCalls} replaces it by an operator. */
final class CatalogFunction implements ScalarFunction<Object> {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final DataType features;

  private CatalogFunction(Kind kind, DataType features) {
    this.kind = kind;
    this.features = features;
  }

  static UnboundFunction unbound(Kind kind, String name) {
    return new UnboundFunction() {
      @Override
      public BoundFunction bind(StructType arguments) {
        if (arguments.length() != 1 || !FeatureReader.accepts(arguments.fields()[0].dataType())) {
          throw new UnsupportedOperationException(name + " takes one argument, an array of numbers");
        }
        return new CatalogFunction(kind, arguments.fields()[0].dataType());
      }

      @Override
      public String description() {
        return name + "(features): " + (kind == Kind.INFER ? "logits" : "label") + " of private inference";
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
    return new DataType[] {features};
  }

  @Override
  public DataType resultType() {
    return kind == Kind.INFER ? Columns.LOGITS : DataTypes.StringType;
  }

  @Override
  public String name() {
    return kind.function();
  }

  @Override
  public Object produceResult(InternalRow row) {
    throw new IllegalStateException(kind.function() + " runs in batches; set spark.sql.extensions to " + SecMoeExtensions.class.getName());
  }
}
