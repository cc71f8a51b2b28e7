// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.UnaryNode;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.FilterExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import scala.collection.immutable.Seq;

/**
 * Plans scans of this data source, projections and conditions above them included, with rows that
 * Spark knows to be indeterminate.
 */
public final class ScanStrategy extends SparkStrategy {
  /** Makes the session plan such scans, once. */
  static synchronized void register(SparkSession session) {
    List<SparkStrategy> strategies =
        new ArrayList<>(Scala.list(session.experimental().extraStrategies()));
    if (strategies.stream().noneMatch(ScanStrategy.class::isInstance)) {
      strategies.add(new ScanStrategy());
      session.experimental().extraStrategies_$eq(Scala.seq(strategies));
    }
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    if (!infers(plan)) {
      return Scala.seq();
    }
    // Plans them one by one: Spark's own strategy would plan all of them with its own scan.
    if (plan instanceof Project project) {
      return Scala.seq(new ProjectExec(project.projectList(), planLater(project.child())));
    }
    return Scala.seq(
        plan instanceof Filter filter
            ? new FilterExec(filter.condition(), planLater(filter.child()))
            : scan((DataSourceV2ScanRelation) plan));
  }

  private static boolean infers(LogicalPlan plan) {
    LogicalPlan at = plan;
    while (at instanceof Project || at instanceof Filter) {
      at = ((UnaryNode) at).child();
    }
    return at instanceof DataSourceV2ScanRelation relation
        && relation.scan() instanceof InferenceScan;
  }

  private static SparkPlan scan(DataSourceV2ScanRelation relation) {
    return new IndeterminateExec(
        new BatchScanExec(
            relation.output(),
            relation.scan(),
            Scala.seq(),
            relation.ordering(),
            relation.relation().table(),
            relation.keyGroupedPartitioning()));
  }
}
