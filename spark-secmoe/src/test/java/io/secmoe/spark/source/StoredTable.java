// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.model.calibration.SmallModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Tables in files for the tests of the data source. */
public final class StoredTable {
  /** The seed of the features of {@link #rows}. */
  static final long SEED = 5;

  public static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("text", DataTypes.StringType)
          .add("features", DataTypes.createArrayType(DataTypes.FloatType));

  private StoredTable() {}

  /** Returns rows 0, 1, … of an id, a text and the small model's features. */
  public static List<Row> rows(int count) {
    List<Row> rows = new ArrayList<>();
    float[][] features = SmallModel.rows(SEED, count);
    for (int i = 0; i < count; i++) {
      rows.add(RowFactory.create(i, "row " + i, features[i]));
    }
    return rows;
  }

  static Dataset<Row> table(SparkSession spark, List<Row> rows) {
    return spark.createDataFrame(rows, SCHEMA);
  }

  /** Writes rows in this order into one file. */
  static String write(SparkSession spark, List<Row> rows, String format, Path to) {
    table(spark, rows).coalesce(1).write().format(format).save(to.toString());
    return to.toString();
  }
}
