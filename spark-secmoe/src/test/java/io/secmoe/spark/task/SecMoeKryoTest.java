// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.model.layers.ModelDescription;
import io.secmoe.spark.Parties;
import io.secmoe.spark.Tables;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.Cost;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

class SecMoeKryoTest {
  private static final AttemptReport REPORT =
      new AttemptReport(
          new AttemptReport.Batch(3, 1, 7, 1, 8),
          2,
          new AttemptReport.Times(1_000, 1_500, 9_000),
          "ab",
          "",
          List.of(
              new Cost("session", "keys", 5, 6, 0.5, 0.25),
              new Cost("head", "linear", 1L << 40, 0, 1, 2)));

  @TempDir Path folder;

  @Test
  void whatCrossesTasksComesBackEqual() {
    ModelDescription model =
        ServerModel.load(SmallModel.write(folder.resolve("model"))).description();
    float[][] batch = {{1, 2}, {-3, Float.MIN_VALUE}};
    assertEquals(REPORT, pass(REPORT));
    assertEquals(REPORT.costs().get(1), pass(REPORT.costs().get(1)));
    assertEquals(List.of(REPORT, REPORT), pass(new ArrayList<>(List.of(REPORT, REPORT))));
    assertArrayEquals(new AttemptReport[] {REPORT}, pass(new AttemptReport[] {REPORT}));
    assertEquals(model, pass(model));
    assertArrayEquals(batch, pass(batch));
  }

  private static <T> T pass(T value) {
    SparkConf conf = new SparkConf(false);
    Parties.KRYO.forEach(conf::set);
    SerializerInstance kryo = new KryoSerializer(conf).newInstance();
    ClassTag<T> tag = ClassTag$.MODULE$.apply(Object.class);
    ByteBuffer bytes = kryo.serialize(value, tag);
    return kryo.deserialize(bytes, tag);
  }

  @Test
  void jobsAroundAnInferenceNeedNoFurtherRegistrations() {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2");
    Parties.KRYO.forEach(builder::config);
    SparkSession spark = builder.getOrCreate();
    try {
      JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
      assertEquals(
          REPORT,
          context.parallelize(List.of(1, 2), 2).map(i -> REPORT).collect().get(1),
          "a task's result");
      assertEquals(
          2,
          context
              .parallelize(List.of(1, 2, 3), 2)
              .mapToPair(i -> new Tuple2<>(i % 2, REPORT))
              .groupByKey()
              .count());
      var table = Tables.small(spark, 10, 2).persist(StorageLevel.MEMORY_ONLY_SER());
      assertEquals(
          10, table.repartition(3).orderBy("id").collectAsList().size(), "shuffle, sort, collect");
      assertEquals(2, table.groupBy(table.col("id").mod(2)).count().count());
      assertEquals(
          10,
          table
              .javaRDD()
              .mapToPair(row -> new Tuple2<>(row.getInt(0), row))
              .sortByKey()
              .collect()
              .size(),
          "rows");
      assertEquals(
          10,
          table.join(org.apache.spark.sql.functions.broadcast(table.select("id")), "id").count(),
          "a broadcast");
      String parquet = folder.resolve("table").toString();
      table.write().parquet(parquet);
      assertEquals(
          10,
          spark.read().parquet(parquet).where("id >= 0").select("features").collectAsList().size());
    } finally {
      spark.stop();
    }
  }
}
