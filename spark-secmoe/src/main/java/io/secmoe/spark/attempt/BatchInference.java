// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.attempt;

import io.secmoe.model.inference.Predictions;
import io.secmoe.model.input.Rows;
import io.secmoe.spark.conf.RowsOutOfRange;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.reporting.ClientExecutor;
import io.secmoe.spark.rows.BatchCutter;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * One operator's inference inside one task: it takes batches of rows and returns predictions, one
 * batch after the other. It asks for a ticket only when a whole batch is there, and closes the
 * attempt before it returns the predictions. So any number of tasks, and several operators in one
 * stage, get through a single slot of the server. It is closed when the task ends. Used by the
 * task's thread.
 */
public final class BatchInference {
  private final TaskContext task;
  private final BatchRunner runner;
  private final int partition;
  private final boolean refusing;
  private int batch;

  private BatchInference(TaskContext task, BatchRunner runner, AttemptContext context) {
    this.task = task;
    this.runner = runner;
    this.partition = context.partition();
    this.refusing = context.conf().get(SecMoeConf.ROWS_OUT_OF_RANGE) == RowsOutOfRange.ERROR;
  }

  /**
   * Opens the inference of the present task.
   *
   * @param partition the partition of the operator's input; it differs from the task's partition if
   *     the task runs several, one after the other
   * @param operator one UUID for each physical operator of a plan, drawn on the driver for every
   *     execution
   * @param reports gets one report per attempt, lost ones included, on this thread
   */
  public static BatchInference open(
      RemoteModel model,
      UUID operator,
      int partition,
      TaskContext task,
      Consumer<AttemptReport> reports) {
    AttemptContext context =
        new AttemptContext(
            model.session(),
            run(model, operator, task),
            partition,
            model.description(),
            model.conf());
    Attempts attempts = new Attempts(context, task, reports);
    task.addTaskCompletionListener((TaskCompletionListener) ended -> attempts.close());
    return new BatchInference(task, new BatchRunner(attempts, task, context), context);
  }

  /**
   * Returns one UUID for each physical execution. Sessions are random, and an application never
   * reuses a stage's number. A task that Spark repeats in the same stage gets the same run and
   * higher epochs.
   */
  private static UUID run(RemoteModel model, UUID operator, TaskContext task) {
    return UUID.nameUUIDFromBytes(
        (model.session() + "/" + operator + "/" + task.stageId()).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns the predictions that the server reveals for the next batch; nothing is sent for an
   * empty one. Rows that left the model's calibrated ranges are marked and get nulls, unless the
   * configuration makes them errors.
   *
   * @param rows rows as {@link BatchCutter} gives them
   * @throws InferenceException after the configured retries; the stage is ended where repeating the
   *     task cannot help
   */
  public Predictions infer(Rows rows) {
    try {
      return checked(rows.count() == 0 ? Predictions.none() : runner.run(batch, rows));
    } catch (InferenceException e) {
      throw ClientExecutor.giveUp(task, e);
    } finally {
      batch++;
    }
  }

  private Predictions checked(Predictions predictions) {
    boolean[] outOfRange = predictions.outOfRange();
    for (int row = 0; row < outOfRange.length; row++) {
      if (outOfRange[row] && refusing) {
        throw new InferenceException(
            InferenceException.Kind.UNUSABLE,
            "row "
                + row
                + " of batch "
                + batch
                + " of partition "
                + partition
                + " left the ranges that the model was calibrated for, so its result would mean"
                + " nothing; leave it out, or set "
                + SecMoeConf.ROWS_OUT_OF_RANGE.key()
                + "=null to get a null for such rows, or ask the model's owner to calibrate with"
                + " samples that are like it");
      }
    }
    return predictions;
  }
}
