// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import java.util.UUID;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * A partition of the inner scan.
 *
 * @param columnar true if it is read by column
 * @param operator drawn by the driver for this partition of this scan; a task may read several of
 *     them, one after the other
 */
record InferencePartition(InputPartition inner, boolean columnar, UUID operator)
    implements InputPartition {
  private static final long serialVersionUID = 1L;

  @Override
  public String[] preferredLocations() {
    return inner.preferredLocations();
  }
}
