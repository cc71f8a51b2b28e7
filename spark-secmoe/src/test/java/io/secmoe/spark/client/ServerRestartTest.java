// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.Progress;
import io.secmoe.spark.remote.Columns;
import io.secmoe.spark.server.ModelServer;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server is stopped in the middle of a query and started again on the same port. */
@Timeout(180)
class ServerRestartTest {
  private static final int ROWS = 12;
  private static final int RETRIES = 1;
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("features", DataTypes.createArrayType(DataTypes.FloatType));

  @TempDir Path folder;

  /**
   * Many more asks fail while the server is away than {@code batch.retries} allows attempts to be
   * lost.
   */
  @Test
  void theQueryGoesOnWhenTheServerIsBack() throws Exception {
    Leftovers leftovers = new Leftovers();
    Path model = SmallModel.write(folder.resolve("model"));
    CountDownLatch awayOften = new CountDownLatch(2 * (RETRIES + 2));
    AtomicBoolean stopped = new AtomicBoolean();
    try (Parties parties =
        new Parties(folder, model, Map.of(SecMoeConf.DRIVER_PORTS.key(), freePort()))) {
      JavaSparkContext spark = new JavaSparkContext(parties.spark().sparkContext());
      CompletableFuture<ModelServer> again = new CompletableFuture<>();
      ClientPlugin.listen(
          progress -> {
            if (progress.event() instanceof Progress.Away) {
              awayOften.countDown();
            } else if (progress.event() instanceof Progress.Running running
                && !running.layer().equals("session")
                && !stopped.getAndSet(true)) {
              new Thread(() -> restart(parties, spark, model, awayOften, again)).start();
            }
          });
      PrivateInference inference =
          PrivateInference.connect(
              parties.spark(),
              parties.client(Map.of(SecMoeConf.BATCH_RETRIES.key(), Integer.toString(RETRIES))));
      List<Row> output = inference.infer(table(spark, parties), Columns.DEFAULT).collectAsList();
      try (ModelServer server = again.join()) {
        assertEquals(parties.server().endpoint(), server.endpoint());
      }
      assertEquals(
          IntStream.range(0, ROWS).boxed().toList(),
          output.stream().map(row -> row.getInt(0)).toList());
      assertTrue(output.stream().noneMatch(row -> row.isNullAt(2)));
      assertTrue(inference.reports().stream().anyMatch(report -> !report.succeeded()));
    }
    leftovers.assertNone();
  }

  private static void restart(
      Parties parties,
      JavaSparkContext spark,
      Path model,
      CountDownLatch when,
      CompletableFuture<ModelServer> to) {
    try {
      parties.server().close();
      when.await();
      to.complete(new ModelServer(spark, model));
    } catch (Throwable e) {
      to.completeExceptionally(e);
    }
  }

  private static String freePort() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      return Integer.toString(free.getLocalPort());
    }
  }

  private static Dataset<Row> table(JavaSparkContext spark, Parties parties) {
    float[][] features = SmallModel.rows(9, ROWS);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(RowFactory.create(i, features[i]));
    }
    return parties.spark().createDataFrame(spark.parallelize(rows, 2), SCHEMA);
  }
}
