// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark;

import io.secmoe.model.calibration.SmallModel;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Tables for {@link SmallModel}. */
public final class Tables {
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("features", DataTypes.createArrayType(DataTypes.FloatType));

  private Tables() {}

  /** Returns columns id and features. */
  public static Dataset<Row> small(SparkSession spark, int rows, int partitions) {
    float[][] features = SmallModel.rows(9, rows);
    List<Row> table =
        IntStream.range(0, rows).mapToObj(i -> RowFactory.create(i, features[i])).toList();
    return spark.createDataFrame(
        new JavaSparkContext(spark.sparkContext()).parallelize(table, partitions), SCHEMA);
  }
}
