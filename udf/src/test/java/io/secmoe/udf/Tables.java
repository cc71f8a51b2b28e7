// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.spark.Parties;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.remote.RemoteModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Both parties on one Spark context whose session knows the SQL functions, a table {@code t} of 40
 * rows, and the expected results of its rows.
 */
final class Tables implements AutoCloseable {
  static final int ROWS = 40;

  final Parties parties;
  final int[] classes;
  private final Path model;
  private int before;

  Tables(Path folder, Map<String, String> settings) throws IOException {
    model = SmallModel.write(folder.resolve("model"));
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "spark.sql.extensions",
                SecMoeExtensions.class.getName(),
                "spark.sql.catalog.secmoe",
                SecMoeCatalog.class.getName()));
    all.putAll(settings);
    parties = new Parties(folder, model, all);
    parties.configure(spark(), Map.of());
    classes = FloatModel.load(model).run(SmallModel.rows(5, ROWS)).predictions();
    table(2).createOrReplaceTempView("t");
  }

  SparkSession spark() {
    return parties.spark();
  }

  /** Returns id bigint 0…39, k = id % 2, features. */
  Dataset<Row> table(int partitions) {
    float[][] features = SmallModel.rows(5, ROWS);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(RowFactory.create((long) i, i % 2, features[i]));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.LongType)
            .add("k", DataTypes.IntegerType)
            .add("features", DataTypes.createArrayType(DataTypes.FloatType));
    return spark()
        .createDataFrame(
            new JavaSparkContext(spark().sparkContext()).parallelize(rows, partitions), schema);
  }

  /** Runs a query and notes what it infers. */
  List<Row> query(String sql) {
    return collect(spark().sql(sql));
  }

  List<Row> collect(Dataset<Row> query) {
    before = RemoteModels.reports(spark().sparkContext()).value().size();
    return query.collectAsList();
  }

  /** Returns the attempts of the last query. */
  List<AttemptReport> attempts() {
    List<AttemptReport> all = RemoteModels.reports(spark().sparkContext()).value();
    return all.subList(before, all.size());
  }

  /** Returns the number of rows that the last query inferred. */
  int inferred() {
    return attempts().stream().filter(AttemptReport::succeeded).mapToInt(AttemptReport::rows).sum();
  }

  @Override
  public void close() {
    parties.close();
  }
}
