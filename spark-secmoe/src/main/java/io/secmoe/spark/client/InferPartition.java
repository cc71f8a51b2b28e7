package io.secmoe.spark.client;

import io.secmoe.model.ModelDescription;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.AttemptReports;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The operator on one partition. What it carries to executors is public: names, paths, addresses, the model's description.
 *
 * @param session the client application's authorisation
 * @param conf the client's configuration
 * @param columns names of the columns
 * @param featuresIndex where the features stand in a row
 * @param description the model's public description, JSON
 * @param reports collects what attempts cost
 */
record InferPartition(UUID session, SecMoeConf conf, Columns columns, int featuresIndex, byte[] description, AttemptReports reports)
    implements MapPartitionsFunction<Row, Row> {
  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    TaskContext task = TaskContext.get();
    ModelDescription model = ModelDescription.fromJson(description);
    AttemptContext context = new AttemptContext(session, run(task), task.partitionId(), model, conf);
    Attempts attempts = new Attempts(context, task, reports::add);
    task.addTaskCompletionListener((TaskCompletionListener) ended -> attempts.close());
    FeatureReader reader = new FeatureReader(model.layers(), columns.features(), featuresIndex, task.partitionId());
    BatchRunner runner = new BatchRunner(attempts, task, context);
    return new InferredRows(rows, reader, runner, conf.get(SecMoeConf.BATCH_ROWS), task);
  }

  /**
   * One UUID per physical execution: sessions are random and an application never reuses a stage's number. A task that Spark repeats in
   * the same stage finds its run again and gets higher epochs.
   */
  private UUID run(TaskContext task) {
    return UUID.nameUUIDFromBytes((session + "/" + task.stageId()).getBytes(StandardCharsets.UTF_8));
  }
}
