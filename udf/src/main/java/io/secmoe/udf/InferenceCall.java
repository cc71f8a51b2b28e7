// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import io.secmoe.model.layers.Output;
import io.secmoe.spark.remote.InputTypes;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.remote.Revealed;
import io.secmoe.spark.sql.logical.Analysis;
import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import java.io.Serializable;
import java.util.Objects;
import java.util.function.Supplier;
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
 * A call of {@code secmoe_infer}, {@code secmoe_label} or {@code secmoe_embed} as the analyzer sees
 * it. It is never evaluated row by row: {@link ExtractCalls} puts an operator below the plan it
 * stands in, and the operator's result in its place.
 */
public final class InferenceCall extends Expression implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The result that a call asks for. */
  public enum Kind {
    /** The logits: array of float. */
    INFER("secmoe_infer", "logits", "logits"),
    /** The name of the predicted class: string. */
    LABEL("secmoe_label", "labels", "label"),
    /** The embedding: array of float, or of those where each token has its own. */
    EMBED("secmoe_embed", "embeddings", "embedding");

    private final String function;
    private final String revealed;
    private final String result;

    Kind(String function, String revealed, String result) {
      this.function = function;
      this.revealed = revealed;
      this.result = result;
    }

    /** Returns its name in SQL. */
    public String function() {
      return function;
    }

    /** Returns a word for its result. */
    public String result() {
      return result;
    }

    /** Returns true if a server with this output reveals its result. */
    boolean allowed(Output output) {
      return this == EMBED
          ? output == Output.EMBEDDINGS
          : output == Output.LOGITS || this == LABEL && output == Output.LABEL;
    }

    /** Returns the kind that asks for everything a server reveals. */
    static Kind of(Output output) {
      return switch (output) {
        case LOGITS -> INFER;
        case LABEL -> LABEL;
        case EMBEDDINGS -> EMBED;
      };
    }

    /** Returns the analyzer's error for a place where it is not allowed. */
    String refusal(Output output) {
      Kind instead = of(output);
      return "the server reveals "
          + instead.revealed
          + " only, so "
          + function
          + " has no "
          + revealed
          + " to give; use "
          + instead.function;
    }

    /** Returns the type of its result, for a model. */
    DataType type(Supplier<RemoteModel> model) {
      return switch (this) {
        case INFER -> Revealed.VECTOR;
        case LABEL -> DataTypes.StringType;
        case EMBED -> Revealed.type(model.get().layers());
      };
    }
  }

  private final Kind kind;
  private final Expression input;
  private final DataType type;

  /**
   * @param type of the result
   */
  public InferenceCall(Kind kind, Expression input, DataType type) {
    this.kind = kind;
    this.input = input;
    this.type = type;
  }

  /**
   * Makes a call for a function registry.
   *
   * @param model asked if the result's type depends on it
   */
  static InferenceCall of(Kind kind, Supplier<RemoteModel> model, Seq<Expression> arguments) {
    if (arguments.size() != 1) {
      throw Analysis.error(
          kind.function() + " takes one argument, the features or tokens, not " + arguments.size());
    }
    return new InferenceCall(kind, arguments.apply(0), kind.type(model));
  }

  public Kind kind() {
    return kind;
  }

  /** Returns features, or tokens. */
  public Expression input() {
    return input;
  }

  /** Returns the expression that replaces this call. */
  Expression result(PrivateInfer infer) {
    return kind == Kind.LABEL ? infer.label() : infer.revealed();
  }

  @Override
  public Seq<Expression> children() {
    return Scala.seq(input);
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new InferenceCall(kind, children.apply(0), type);
  }

  @Override
  public DataType dataType() {
    return type;
  }

  @Override
  public TypeCheckResult checkInputDataTypes() {
    boolean fits = InputTypes.accepts(input.dataType());
    return fits
        ? TypeCheckResult.TypeCheckSuccess$.MODULE$
        : new TypeCheckResult.TypeCheckFailure(
            kind.function()
                + " takes an array of numbers or text, not "
                + input.dataType().simpleString());
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
    throw new IllegalStateException(
        kind.function()
            + " has not been replaced by its operator; set spark.sql.extensions to "
            + SecMoeExtensions.class.getName());
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    throw new IllegalStateException(
        kind.function()
            + " has not been replaced by its operator; set spark.sql.extensions to "
            + SecMoeExtensions.class.getName());
  }

  @Override
  public int productArity() {
    return 3;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> kind;
      case 1 -> input;
      case 2 -> type;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof InferenceCall;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InferenceCall that
        && kind == that.kind
        && input.equals(that.input)
        && type.equals(that.type);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, input, type);
  }
}
