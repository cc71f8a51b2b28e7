// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import io.secmoe.spark.sql.logical.Analysis;
import io.secmoe.spark.sql.logical.Scala;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/** Refuses, by name, calls where no operator can take their place. */
final class CheckPlaces extends AbstractFunction1<LogicalPlan, BoxedUnit> {
  @Override
  public BoxedUnit apply(LogicalPlan plan) {
    plan.foreach(
        Scala.function(
            node -> {
              if (Calls.in(node)) {
                throw Analysis.error(
                    "secmoe_infer, secmoe_label and secmoe_embed cannot be called in "
                        + place(node)
                        + "; compute them in a projection or a subquery first, and use that"
                        + " column");
              }
              return BoxedUnit.UNIT;
            }));
    return BoxedUnit.UNIT;
  }

  private static String place(LogicalPlan node) {
    return node instanceof Join
        ? "the condition of a join"
        : node.nodeName() + ", nor in a lambda or on an outer query's column";
  }
}
