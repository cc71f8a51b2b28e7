// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.Attempt;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.VoidFunction;

/**
 * The single task of an attempt's Spark job. The closure holds only public values: the attempt's
 * identity and the model's location. The ticket is drawn where the task runs. The task never throws
 * for a failed conversation, and does nothing when Spark repeats it: only the client repeats an
 * attempt, as a new epoch.
 *
 * @param batch the batch of the attempt
 * @param epoch the epoch of the attempt
 * @param rows rows in the batch
 * @param length tokens every row is padded to
 * @param strategy how experts are evaluated
 * @param directory directory of the model on the executor
 * @param digest the model must have this digest
 * @param peakBytes native memory to reserve
 */
record AttemptTask(
    BatchKey batch,
    long epoch,
    int rows,
    int length,
    Strategy strategy,
    String directory,
    String digest,
    long peakBytes)
    implements VoidFunction<Iterator<Integer>> {
  /** Returns the attempt's identity, as the handshake compares it. */
  Attempt identity() {
    return new Attempt(
        batch.session(), batch.run(), batch.partition(), batch.batch(), epoch, rows, length);
  }

  /** Returns the batch's public shape. */
  Sequences shape() {
    return new Sequences(rows, length);
  }

  /** Returns the job group that this runs in. */
  String group() {
    return batch.group(epoch);
  }

  @Override
  public void call(Iterator<Integer> one) {
    TaskContext task = TaskContext.get();
    if (task.attemptNumber() == 0) {
      ExecutorSide.current().serve(this, task);
    }
  }
}
