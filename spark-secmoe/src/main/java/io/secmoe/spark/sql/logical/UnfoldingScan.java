// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.logical;

import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;

/**
 * A data source's scan that infers the rows it reads. It can be taken apart if the inference had
 * better run later.
 */
public interface UnfoldingScan {
  /** Returns an inference over a scan without one, with the relation's columns under their ids. */
  LogicalPlan unfold(DataSourceV2ScanRelation relation);

  /** Returns true if the scan has columns that only other operators can compute. */
  boolean mustUnfold();
}
