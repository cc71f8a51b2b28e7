// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.sql.logical.Scala;
import io.secmoe.spark.sql.logical.UnfoldingScan;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;

/** Takes apart scans that cannot run as they are. */
public final class Unfold extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformDown(
        Scala.<LogicalPlan>rewriting(
            p ->
                p instanceof DataSourceV2ScanRelation scan
                        && scan.scan() instanceof UnfoldingScan unfolding
                        && unfolding.mustUnfold()
                    ? unfolding.unfold(scan)
                    : null));
  }
}
