// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.logical;

import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.InputTypes;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.rows.InputCheck;
import java.io.Serializable;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * Says why the model does not take a row's input; null if it does, and if the input is null. All
 * rows with one fault get one text. It is computed where the rows are, and nothing is sent for it.
 * In SQL it is the function {@code secmoe_input_fault(input)}.
 */
public final class InputFault extends Expression implements CodegenFallback, Serializable {
  private static final long serialVersionUID = 1L;

  /** The function's name in SQL. */
  public static final String NAME = "secmoe_input_fault";

  private final RemoteModel model;
  private final Expression input;
  private final String column;
  private transient InputCheck check;

  /**
   * @param column the input's name in the text
   */
  public InputFault(RemoteModel model, Expression input, String column) {
    this.model = model;
    this.input = input;
    this.column = column;
  }

  /** Makes the function from its arguments, as a function registry does. */
  public static InputFault of(Supplier<RemoteModel> models, Seq<Expression> arguments) {
    if (arguments.size() != 1) {
      throw Analysis.error(
          NAME + " takes one argument, the features or tokens, not " + arguments.size());
    }
    Expression input = arguments.apply(0);
    return new InputFault(
        models.get(), input, input instanceof NamedExpression named ? named.name() : input.sql());
  }

  @Override
  public TypeCheckResult checkInputDataTypes() {
    try {
      InputTypes.require(model, column, input.dataType());
      return TypeCheckResult.TypeCheckSuccess$.MODULE$;
    } catch (InferenceException e) {
      return new TypeCheckResult.TypeCheckFailure(e.getMessage());
    }
  }

  @Override
  public Object eval(InternalRow row) {
    if (check == null) {
      check = InputCheck.of(model, column, input.dataType(), 0, TaskContext.get());
    }
    return UTF8String.fromString(
        check.faultOf(new GenericInternalRow(new Object[] {input.eval(row)})));
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return CodegenFallback.super.doGenCode(context, code);
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public DataType dataType() {
    return DataTypes.StringType;
  }

  @Override
  public String prettyName() {
    return NAME;
  }

  @Override
  public Seq<Expression> children() {
    return Scala.seq(input);
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new InputFault(model, children.apply(0), column);
  }

  @Override
  public int productArity() {
    return 3;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> model;
      case 1 -> input;
      case 2 -> column;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof InputFault;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InputFault that
        && model.equals(that.model)
        && input.equals(that.input)
        && column.equals(that.column);
  }

  @Override
  public int hashCode() {
    return Objects.hash(InputFault.class, model, input, column);
  }
}
