// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import io.secmoe.spark.sql.logical.Scala;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.execution.CoalesceExec;
import org.apache.spark.sql.execution.CollectLimitExec;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.FileSourceScanLike;
import org.apache.spark.sql.execution.FilterExec;
import org.apache.spark.sql.execution.GlobalLimitExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.LocalLimitExec;
import org.apache.spark.sql.execution.LocalTableScanExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.RangeExec;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.TakeOrderedAndProjectExec;
import org.apache.spark.sql.execution.UnionExec;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.execution.adaptive.AQEShuffleReadExec;
import org.apache.spark.sql.execution.adaptive.ShuffleQueryStageExec;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.apache.spark.sql.execution.datasources.v2.FileScan;
import org.apache.spark.sql.execution.exchange.ReusedExchangeExec;
import org.apache.spark.sql.execution.exchange.ShuffleExchangeLike;

/**
 * Knows the plans that can be read twice at little cost, so that all rows are checked before the
 * first is paid for. These are files and exchanges, with projections, filters, sorts and limits.
 * The user's own functions, and operators that are not known here, run once only.
 */
final class ReadsTwice {
  private static final Set<Class<? extends SparkPlan>> CHEAP =
      Set.of(
          ProjectExec.class,
          FilterExec.class,
          SortExec.class,
          LocalLimitExec.class,
          GlobalLimitExec.class,
          CoalesceExec.class,
          UnionExec.class,
          ColumnarToRowExec.class,
          WholeStageCodegenExec.class,
          InputAdapter.class,
          TakeOrderedAndProjectExec.class,
          CollectLimitExec.class,
          AQEShuffleReadExec.class,
          LocalTableScanExec.class,
          RangeExec.class);

  private ReadsTwice() {}

  static boolean cheaply(SparkPlan plan) {
    // Spark keeps the rows that went into a shuffle.
    if (plan instanceof ShuffleExchangeLike
        || plan instanceof ShuffleQueryStageExec
        || plan instanceof ReusedExchangeExec) {
      return true;
    }
    boolean cheap =
        CHEAP.contains(plan.getClass())
            || plan instanceof FileSourceScanLike
            || plan instanceof BatchScanExec scan && scan.scan() instanceof FileScan;
    return cheap
        && Scala.list(plan.expressions()).stream().noneMatch(ReadsTwice::ofTheUser)
        && Scala.list(plan.children()).stream().allMatch(ReadsTwice::cheaply);
  }

  private static boolean ofTheUser(Expression expression) {
    return expression.exists(Scala.function(part -> part instanceof UserDefinedExpression));
  }
}
