package io.secmoe.udf;

import io.secmoe.spark.client.Columns;
import io.secmoe.spark.client.FeatureReader;
import io.secmoe.spark.sql.Analysis;
import io.secmoe.spark.sql.PrivateInfer;
import io.secmoe.spark.sql.Scala;
import java.io.Serializable;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A call of {@code secmoe_infer} or {@code secmoe_label} as the analyzer sees it. It is never evaluated row by row: {@link ExtractCalls} puts
 * an operator below the plan it stands in, and the operator's result in its place.
 */
public final class InferenceCall extends Expression implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What a call asks for. */
  public enum Kind {
    /** The logits: array of float. */
    INFER("secmoe_infer"),
    /** The name of the predicted class: string. */
    LABEL("secmoe_label");

    private final String function;

    Kind(String function) {
      this.function = function;
    }

    /** Its name in SQL. */
    public String function() {
      return function;
    }
  }

  private final Kind kind;
  private final Expression features;

  public InferenceCall(Kind kind, Expression features) {
    this.kind = kind;
    this.features = features;
  }

  /** For a function registry. */
  static InferenceCall of(Kind kind, Seq<Expression> arguments) {
    if (arguments.size() != 1) {
      throw Analysis.error(kind.function() + " takes one argument, the features, not " + arguments.size());
    }
    return new InferenceCall(kind, arguments.apply(0));
  }

  public Kind kind() {
    return kind;
  }

  public Expression features() {
    return features;
  }

  /** What takes this call's place. */
  Expression result(PrivateInfer infer) {
    return kind == Kind.INFER ? infer.logits() : infer.label();
  }

  @Override
  public Seq<Expression> children() {
    return Scala.seq(features);
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new InferenceCall(kind, children.apply(0));
  }

  @Override
  public DataType dataType() {
    return kind == Kind.INFER ? Columns.LOGITS : DataTypes.StringType;
  }

  @Override
  public TypeCheckResult checkInputDataTypes() {
    boolean fits = FeatureReader.accepts(features.dataType());
    return fits ? TypeCheckResult.TypeCheckSuccess$.MODULE$
        : new TypeCheckResult.TypeCheckFailure(kind.function() + " takes an array of numbers, not " + features.dataType().simpleString());
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public boolean foldable() {
    return false;
  }

  @Override
  public String prettyName() {
    return kind.function();
  }

  @Override
  public Object eval(InternalRow row) {
    throw new IllegalStateException(kind.function() + " has not been replaced by its operator; set spark.sql.extensions to "
        + SecMoeExtensions.class.getName());
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    throw new IllegalStateException(kind.function() + " has not been replaced by its operator; set spark.sql.extensions to "
        + SecMoeExtensions.class.getName());
  }

  @Override
  public int productArity() {
    return 2;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> kind;
      case 1 -> features;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof InferenceCall;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InferenceCall that && kind == that.kind && features.equals(that.features);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, features);
  }
}
