// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.remote.RemoteModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A stored table whose labels are clear, so that private and plaintext results are equal, and what
 * queries over it should give and cost. Columns: id, k and g (integers), features, and plain, the
 * label in plaintext.
 */
public final class PaidRows {
  public static final int ROWS = 24;
  private static final double MARGIN = 0.1;
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("k", DataTypes.IntegerType)
          .add("g", DataTypes.IntegerType)
          .add("features", DataTypes.createArrayType(DataTypes.FloatType))
          .add("plain", DataTypes.StringType);

  private final SparkSession spark;
  private final String path;
  private final Map<Integer, String> labels = new HashMap<>();

  /** Writes the table as three files. */
  public PaidRows(SparkSession spark, Path folder, Path model) {
    this.spark = spark;
    this.path = folder.resolve("clear").toString();
    float[][] features = SmallModel.rows(11, 3 * ROWS);
    double[][] logits = FloatModel.load(model).run(features).logits();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < features.length && rows.size() < ROWS; i++) {
      double[] sorted = Arrays.stream(logits[i]).sorted().toArray();
      if (sorted[sorted.length - 1] - sorted[sorted.length - 2] > MARGIN) {
        int id = rows.size();
        double best = sorted[sorted.length - 1];
        int label = logits[i][0] == best ? 0 : logits[i][1] == best ? 1 : 2;
        labels.put(id, "abc".substring(label, label + 1));
        rows.add(RowFactory.create(id, id % 2, id * 7 % 5, features[i], labels.get(id)));
      }
    }
    assertEquals(ROWS, rows.size());
    spark.createDataFrame(rows, SCHEMA).repartition(3).write().parquet(path);
    plain().where("g < 2").createOrReplaceTempView("some");
  }

  public String path() {
    return path;
  }

  /** Returns the table with plaintext labels as y. */
  public Dataset<Row> plain() {
    return spark.read().parquet(path).selectExpr("id", "k", "g", "plain AS y");
  }

  /**
   * Runs a query over a table with private labels: it gives what it gives in plaintext, and infers
   * the rows that come out, once.
   *
   * @param labelled columns id, k, g and y
   */
  public void check(long seed, Dataset<Row> labelled) {
    RandomQuery query = RandomQuery.of(seed, spark.table("some"));
    labelled.createOrReplaceTempView("labelled");
    plain().createOrReplaceTempView("plain");
    boolean sql = seed % 2 == 0;
    Dataset<Row> result = sql ? spark.sql(query.sql("labelled")) : query.over(labelled);
    List<Row> rows = new ArrayList<>();
    int inferred = inferred(() -> rows.addAll(query.run(result)));
    String what =
        "seed "
            + seed
            + ": "
            + query
            + "\n"
            + ((org.apache.spark.sql.classic.Dataset<Row>) result).queryExecution();
    for (Row row : rows) {
      assertEquals(query.label(labels.get(row.<Integer>getAs("id"))), row.getAs("y"), what);
    }
    if (query.exact()) {
      Dataset<Row> expected = sql ? spark.sql(query.sql("plain")) : query.over(plain());
      assertEquals(ids(query, query.run(expected)), ids(query, rows), what);
      assertEquals(query.needed(expected.count()), inferred, what);
    } else {
      assertEquals(rows.size(), inferred, what);
    }
  }

  private static List<Integer> ids(RandomQuery query, List<Row> rows) {
    Stream<Integer> ids = rows.stream().map(row -> row.<Integer>getAs("id"));
    return (query.ordered() ? ids : ids.sorted()).toList();
  }

  /** Returns the number of rows that are inferred while an action runs. */
  public int inferred(Runnable action) {
    int before = RemoteModels.reports(spark.sparkContext()).value().size();
    action.run();
    List<AttemptReport> all = RemoteModels.reports(spark.sparkContext()).value();
    assertTrue(all.stream().allMatch(AttemptReport::succeeded));
    return all.subList(before, all.size()).stream().mapToInt(AttemptReport::rows).sum();
  }
}
