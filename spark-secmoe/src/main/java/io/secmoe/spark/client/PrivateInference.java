package io.secmoe.spark.client;

import io.secmoe.flight.PartyClient;
import io.secmoe.flight.TlsIdentity;
import io.secmoe.model.ModelDescription;
import io.secmoe.spark.client.InferenceException.Kind;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.AttemptReports;
import io.secmoe.spark.task.JvmMemory;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Private inference with one server's model, on Datasets:
 *
 * <pre>{@code
 * PrivateInference model = PrivateInference.connect(spark, SecMoeConf.of(spark.sparkContext().conf()));
 * Dataset<Row> predicted = model.infer(table, Columns.DEFAULT);
 * }</pre>
 *
 * <p>The server learns the number of rows in each batch, and nothing about their contents; nothing is sent before an action runs.
 */
public final class PrivateInference {
  private final SecMoeConf conf;
  private final ModelDescription model;
  private final UUID session = UUID.randomUUID();
  private final AttemptReports reports = new AttemptReports();

  private PrivateInference(SparkSession spark, SecMoeConf conf, ModelDescription model) {
    this.conf = conf;
    this.model = model;
    spark.sparkContext().register(reports, "secmoe attempts");
  }

  /**
   * Asks the server's driver for its model's public description.
   *
   * @throws InferenceException SERVER_GONE if it cannot be reached, UNUSABLE if its model is not the pinned one
   * @throws io.secmoe.flight.IdentityException if a certificate, here or there, is not acceptable
   */
  public static PrivateInference connect(SparkSession spark, SecMoeConf conf) {
    return new PrivateInference(spark, conf, describe(conf));
  }

  private static ModelDescription describe(SecMoeConf conf) {
    byte[] json;
    try (PartyClient driver = new PartyClient(conf.server(), TlsIdentity.load(conf.tlsFiles()), JvmMemory.root(), conf.limits())) {
      json = driver.describe();
    } catch (RuntimeException e) {
      if (!Loss.mayPass(e)) {
        throw e;
      }
      throw new InferenceException(Kind.SERVER_GONE, "the server at " + conf.server().address() + " does not describe its model: "
          + Loss.describe(e), e);
    }
    ModelDescription model = ModelDescription.fromJson(json);
    conf.get(SecMoeConf.MODEL_DIGEST).filter(pin -> !pin.equalsIgnoreCase(model.digest())).ifPresent(pin -> {
      throw new InferenceException(Kind.UNUSABLE, "the server's model has the digest " + model.digest() + ", "
          + SecMoeConf.MODEL_DIGEST.key() + " asks for " + pin + "; talk to another server, or change the pin if the model was renewed");
    });
    return model;
  }

  /** The public description of the server's model. */
  public ModelDescription model() {
    return model;
  }

  /**
   * The input with two columns more, in the same order and partitions. Rows whose features are null are not sent and get nulls.
   *
   * @throws InferenceException UNUSABLE if the columns do not fit
   */
  public Dataset<Row> infer(Dataset<Row> input, Columns columns) {
    StructType output = columns.extend(input.schema());
    InferPartition operator =
        new InferPartition(session, conf, columns, input.schema().fieldIndex(columns.features()), model.toJson(), reports);
    return input.mapPartitions(operator, Encoders.row(output));
  }

  /** Reports of attempts whose tasks have ended, lost ones included. */
  public List<AttemptReport> reports() {
    return reports.value();
  }
}
