// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.remote.RemoteModels;
import io.secmoe.spark.sql.logical.Analysis;
import io.secmoe.spark.sql.logical.InputFault;
import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import io.secmoe.spark.sql.optimizer.InferenceStrategy;
import io.secmoe.spark.sql.optimizer.Operators;
import io.secmoe.udf.InferenceCall.Kind;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * The extensions for {@code spark.sql.extensions}: the functions {@code secmoe_infer(input)}
 * (logits), {@code secmoe_label(input)}, {@code secmoe_embed(input)} and {@code
 * secmoe_infer_table(TABLE(t), 'column')}, and the rules that run them in batches. {@code
 * secmoe_input_fault(input)} says which rows the model does not take, and sends nothing. The server
 * and this party's certificates come from the session's {@code spark.secmoe.*} keys when a query is
 * analysed.
 */
public final class SecMoeExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (Kind kind : Kind.values()) {
      extensions.injectFunction(
          new Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, Expression>>(
              new FunctionIdentifier(kind.function()),
              info(InferenceCall.class, kind.function(), "(input)"),
              Scala.function(
                  arguments -> InferenceCall.of(kind, model(SparkSession.active()), arguments))));
    }
    extensions.injectFunction(
        new Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, Expression>>(
            new FunctionIdentifier(InputFault.NAME),
            info(InputFault.class, InputFault.NAME, "(input)"),
            Scala.function(arguments -> InputFault.of(model(SparkSession.active()), arguments))));
    extensions.injectTableFunction(
        new Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, LogicalPlan>>(
            new FunctionIdentifier(InferTable.NAME),
            info(PrivateInfer.class, InferTable.NAME, InferTable.ARGUMENTS),
            Scala.function(arguments -> InferTable.of(model(SparkSession.active()), arguments))));
    extensions.injectPostHocResolutionRule(
        Scala.function(session -> new ExtractCalls(model(session))));
    extensions.injectCheckRule(Scala.function(session -> new CheckPlaces()));
    Operators.rules()
        .forEach(rule -> extensions.injectOptimizerRule(Scala.function(session -> rule)));
    extensions.injectPlannerStrategy(
        Scala.function(
            session -> new InferenceStrategy((org.apache.spark.sql.classic.SparkSession) session)));
    return BoxedUnit.UNIT;
  }

  /**
   * Describes a function. Spark has no other constructor for functions without a usage annotation.
   */
  @SuppressWarnings("deprecation")
  private static ExpressionInfo info(Class<?> type, String name, String arguments) {
    return new ExpressionInfo(
        type.getName(),
        null,
        name,
        "_FUNC_" + arguments + " - private inference; see the README of SecMoE.",
        "");
  }

  /**
   * Returns the model of the session's configuration; if it cannot be known, there is an analysis
   * error.
   */
  static Supplier<RemoteModel> model(SparkSession session) {
    return () -> Analysis.of(() -> RemoteModels.of(SecMoeConf.of(session)));
  }
}
