// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.attempt;

import io.secmoe.model.layers.ModelDescription;
import io.secmoe.network.Sequences;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.memory.MemoryBudget;
import io.secmoe.spark.memory.MemoryPlan;
import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.InferenceException.Kind;
import org.apache.spark.TaskContext;

/**
 * Native memory of the client's attempts. It is planned from public shapes and reserved before a
 * ticket is asked for, so that no ticket is held while an attempt waits for memory.
 */
public final class TaskMemory {
  private TaskMemory() {}

  /**
   * Waits until the executor has room for an attempt at a batch of this shape.
   *
   * @throws InferenceException UNUSABLE if it never can have room
   */
  static MemoryBudget.Reservation reserve(
      AttemptContext context, Sequences shape, TaskContext task) {
    check(context.model(), context.conf(), shape);
    MemoryBudget budget = MemoryBudget.ofThisJvm(context.conf().get(SecMoeConf.MEMORY));
    try {
      MemoryBudget.Reservation room =
          budget.reserve(planned(context.model(), context.conf(), shape), task::isInterrupted);
      if (room != null) {
        return room;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    task.killTaskIfInterrupted();
    throw new IllegalStateException("interrupted while waiting for memory");
  }

  /**
   * Checks that an attempt at a batch of this shape can ever have enough native memory.
   *
   * @throws InferenceException UNUSABLE if it cannot
   */
  public static void check(ModelDescription model, SecMoeConf conf, Sequences shape) {
    long planned = planned(model, conf, shape);
    long budget = conf.get(SecMoeConf.MEMORY);
    if (planned > budget) {
      throw new InferenceException(
          Kind.UNUSABLE,
          "a batch of "
              + shape
              + " needs "
              + (planned >> 20)
              + " MiB of native memory, and "
              + SecMoeConf.MEMORY.key()
              + " is "
              + (budget >> 20)
              + " MiB; raise it, with spark.executor.memoryOverhead, or lower "
              + SecMoeConf.BATCH_ROWS.key());
    }
  }

  private static long planned(ModelDescription model, SecMoeConf conf, Sequences shape) {
    return MemoryPlan.client(model.layers(), conf.get(SecMoeConf.STRATEGY), shape);
  }
}
