// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.model.calibration.CalibrateCommand;
import io.secmoe.model.calibration.SmallModel;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.remote.Columns;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model served with a range of its logits that some rows leave. */
@Timeout(180)
class RowsOutOfRangeTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("features", DataTypes.createArrayType(DataTypes.FloatType));
  private static final int ROWS = 60;

  @TempDir static Path folder;

  private static Leftovers leftovers;
  private static Parties parties;
  private static float[][] features;
  private static double[] largest;

  @BeforeAll
  static void start() throws Exception {
    leftovers = new Leftovers();
    Path model = SmallModel.write(folder.resolve("model"));
    CalibrateCommand.run(model, scaled(7, 400));
    narrow(model.resolve("calibration.json"));
    features = scaled(5, ROWS);
    largest =
        Arrays.stream(FloatModel.load(model).run(features).logits())
            .mapToDouble(row -> Arrays.stream(row).map(Math::abs).max().orElseThrow())
            .toArray();
    parties = new Parties(folder, model, Map.of());
  }

  @AfterAll
  static void nothingIsLeftBehind() throws Exception {
    parties.close();
    leftovers.assertNone();
  }

  /** Returns features in (−1.9, 1.9). */
  private static float[][] scaled(long seed, int count) {
    float[][] rows = SmallModel.rows(seed, count);
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] *= 1.9f;
      }
    }
    return rows;
  }

  /** Logits are said to lie below 2. */
  private static void narrow(Path calibration) throws Exception {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = (ObjectNode) json.readTree(calibration.toFile());
    ((ObjectNode) root.get("ranges").get("head")).put("largest", 0.9).put("bits", 1);
    json.writeValue(calibration.toFile(), root);
  }

  @Test
  void theyGetNullsAndTheOthersTheirPredictions() {
    List<Row> predicted = predict(Map.of()).collectAsList();
    int nulls = 0;
    int answers = 0;
    for (int i = 0; i < ROWS; i++) {
      Row row = predicted.get(i);
      assertEquals(i, row.getInt(0));
      assertTrue(
          row.isNullAt(2) == row.isNullAt(3) && row.isNullAt(3) == row.isNullAt(4), row.toString());
      if (largest[i] > 1.97) {
        assertTrue(row.isNullAt(2), "row " + i);
        nulls++;
      } else if (largest[i] < 1.3) {
        assertFalse(row.isNullAt(2), "row " + i);
        answers++;
      }
    }
    assertTrue(nulls > 2 && answers > 2, nulls + " rows must be null, " + answers + " must not");
  }

  @Test
  void theColumnOfReasonsSaysSo() {
    for (Row row : predict(Map.of("spark.secmoe.rows.invalid", "null")).collectAsList()) {
      assertEquals(row.isNullAt(2) ? Columns.OUT_OF_RANGE : null, row.<String>getAs("null_reason"));
    }
  }

  @Test
  void orAnErrorNamesTheFirst() {
    Exception e =
        assertThrows(
            Exception.class,
            () -> predict(Map.of("spark.secmoe.rows.outOfRange", "error")).collectAsList());
    String message = e.getMessage();
    assertTrue(
        message.contains(
            "of batch 0 of partition 0 left the ranges that the model was calibrated for"),
        message);
    assertTrue(message.contains("spark.secmoe.rows.outOfRange=null"), message);
  }

  private static Dataset<Row> predict(Map<String, String> settings) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      Float[] boxed = new Float[features[i].length];
      for (int j = 0; j < boxed.length; j++) {
        boxed[j] = features[i][j];
      }
      rows.add(RowFactory.create(i, boxed));
    }
    JavaSparkContext spark = new JavaSparkContext(parties.spark().sparkContext());
    return PrivateInference.connect(parties.spark(), parties.client(settings))
        .infer(
            parties.spark().createDataFrame(spark.parallelize(rows, 1), SCHEMA), Columns.DEFAULT);
  }
}
