// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.Attempt;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.VoidFunction;

/**
 * The single task of an attempt's Spark job. The closure holds only what is public: whose attempt
 * it is and where the model lies; the ticket is drawn where the task runs. It never throws for a
 * failed conversation, and does nothing when Spark repeats it: repeating is the client's decision,
 * as a new epoch.
 *
 * @param batch whose attempt
 * @param epoch of the attempt
 * @param rows rows in the batch
 * @param length tokens every row is padded to
 * @param strategy how experts are evaluated
 * @param directory of the model on the executor
 * @param digest the model must have
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
  /** Whose attempt this is, as the handshake compares it. */
  Attempt identity() {
    return new Attempt(
        batch.session(), batch.run(), batch.partition(), batch.batch(), epoch, rows, length);
  }

  /** The batch's public shape. */
  Sequences shape() {
    return new Sequences(rows, length);
  }

  /** The job group this runs in. */
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
