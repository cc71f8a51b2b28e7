// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import io.secmoe.model.layers.ModelDescription;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.remote.Columns;
import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.remote.RemoteModels;
import io.secmoe.spark.sql.optimizer.InferColumns;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Private inference with one server's model, on Datasets:
 *
 * <pre>{@code
 * PrivateInference model = PrivateInference.connect(spark);
 * Dataset<Row> predicted = model.infer(table, "features");
 * predicted.write().parquet("predicted.parquet");
 * }</pre>
 *
 * <p>The server learns the number of rows in each batch and the length they are padded to, and
 * nothing about their contents; nothing is sent before an action runs.
 */
public final class PrivateInference {
  private final SparkSession spark;
  private final RemoteModel model;
  private final int before;
  private final long invalidBefore;

  private PrivateInference(SparkSession spark, RemoteModel model) {
    this.spark = spark;
    this.model = model;
    this.before = RemoteModels.reports(spark.sparkContext()).value().size();
    this.invalidBefore = RemoteModels.invalidRows(spark.sparkContext()).value();
  }

  /**
   * Connects with the session's configuration: {@code spark.secmoe.server.address}, {@code
   * spark.secmoe.tls.*} and so on.
   */
  public static PrivateInference connect(SparkSession spark) {
    return connect(spark, SecMoeConf.of(spark));
  }

  /**
   * Asks the server's driver for its model's public description.
   *
   * @throws InferenceException SERVER_GONE if it cannot be reached, UNUSABLE if its model is not
   *     the pinned one
   * @throws io.secmoe.flight.tls.IdentityException if a certificate, here or there, is not
   *     acceptable
   */
  public static PrivateInference connect(SparkSession spark, SecMoeConf conf) {
    return new PrivateInference(spark, RemoteModels.of(conf));
  }

  /** Returns the public description of the server's model. */
  public ModelDescription model() {
    return model.description();
  }

  /**
   * Returns the input with the columns {@code prediction}, {@code label} and {@code logits}, or
   * {@code embedding}, as far as the server reveals them.
   *
   * @param column the column of features, tokens or, with {@code spark.secmoe.text.vocabulary},
   *     text
   */
  public Dataset<Row> infer(Dataset<Row> input, String column) {
    return infer(input, Columns.of(column));
  }

  /**
   * Returns the input with further columns. If the input has an order, such as that of {@code
   * orderBy}, the order stays; otherwise {@code spark.secmoe.batch.rebalance} may deal rows out
   * anew. Rows in which the model's input is null are not sent and get nulls. Rows with an input
   * that the model does not take are handled in the same way if {@code spark.secmoe.rows.invalid}
   * is null, and a column says the reason. Otherwise they are errors when an action runs.
   *
   * @throws InferenceException UNUSABLE if the columns do not fit
   */
  public Dataset<Row> infer(Dataset<Row> input, Columns columns) {
    return infer(input, columns, column -> "its component of Columns, " + column);
  }

  /**
   * @param option see {@link Columns.Naming}
   */
  Dataset<Row> infer(Dataset<Row> input, Columns columns, UnaryOperator<String> option) {
    return InferColumns.of(spark, model, input, columns, option);
  }

  /**
   * Returns the number of rows that this application's inferences have not sent since this object
   * was made, because the model does not take their input. Only tasks that have ended are counted.
   * Such rows are errors unless {@code spark.secmoe.rows.invalid} is null.
   */
  public long invalidRows() {
    return RemoteModels.invalidRows(spark.sparkContext()).value() - invalidBefore;
  }

  /**
   * Returns reports of this application's attempts since this object was made, lost ones included.
   * Only tasks that have ended are covered.
   */
  public List<AttemptReport> reports() {
    List<AttemptReport> all = RemoteModels.reports(spark.sparkContext()).value();
    return all.subList(Math.min(before, all.size()), all.size());
  }
}
