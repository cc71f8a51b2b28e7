// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.SparkStrategy;

/**
 * The rules and strategies by which a session optimises and plans inferences. {@code
 * spark.sql.extensions} registers them early; the Java API registers them if need be.
 */
public final class Operators {
  private Operators() {}

  /** Returns the optimizer rules, in this order. */
  public static List<Rule<LogicalPlan>> rules() {
    return List.of(
        new Unfold(), new DropUnused(), new TaskState(), new PushBelow(), new MergeEqual());
  }

  /** Registers them with the session, once. */
  public static synchronized void register(SparkSession session) {
    var experimental = session.experimental();
    List<SparkStrategy> strategies = new ArrayList<>(Scala.list(experimental.extraStrategies()));
    if (strategies.stream().noneMatch(InferenceStrategy.class::isInstance)) {
      strategies.add(new InferenceStrategy(session));
      experimental.extraStrategies_$eq(Scala.seq(strategies));
      List<Rule<LogicalPlan>> optimizations =
          new ArrayList<>(Scala.list(experimental.extraOptimizations()));
      optimizations.addAll(rules());
      experimental.extraOptimizations_$eq(Scala.seq(optimizations));
    }
  }
}
