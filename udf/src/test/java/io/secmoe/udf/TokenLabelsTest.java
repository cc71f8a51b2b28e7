// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallEncoder;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.plaintext.PlainResult;
import io.secmoe.spark.Parties;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Labels and logits of rows of tokens. */
@Timeout(300)
class TokenLabelsTest {
  private static final double CLOSE = 0x1p-5;
  private static final List<String> LABELS = List.of("cat", "dog", "newt");

  @TempDir Path folder;

  @Test
  void anEncoderWithAHeadClassifiesRowsOfTokens() throws Exception {
    Path model = SmallEncoder.writeClassifier(folder.resolve("model"));
    int[][] ids = SmallEncoder.rows(4, 10, 53);
    try (Parties parties =
        new Parties(
            folder, model, Map.of("spark.sql.extensions", SecMoeExtensions.class.getName()))) {
      parties.configure(parties.spark(), Map.of());
      List<Row> table = new ArrayList<>();
      for (int[] row : ids) {
        table.add(RowFactory.create(table.size(), row));
      }
      parties
          .spark()
          .createDataFrame(
              new JavaSparkContext(parties.spark().sparkContext()).parallelize(table, 1),
              StructType.fromDDL("id INT, tokens ARRAY<INT>"))
          .createOrReplaceTempView("t");
      List<Row> rows =
          parties
              .spark()
              .sql("SELECT secmoe_label(tokens), secmoe_infer(tokens) FROM t ORDER BY id")
              .collectAsList();
      PlainResult plain = FloatModel.load(model).run(ids);
      int agreeing = 0;
      for (int i = 0; i < ids.length; i++) {
        for (int c = 0; c < LABELS.size(); c++) {
          assertEquals(
              plain.logits()[i][c], rows.get(i).<Float>getList(1).get(c), CLOSE, "row " + i);
        }
        agreeing += LABELS.get(plain.predictions()[i]).equals(rows.get(i).getString(0)) ? 1 : 0;
      }
      assertTrue(agreeing >= ids.length - 1, agreeing + " labels agree");
      Exception e =
          assertThrows(
              AnalysisException.class,
              () -> parties.spark().sql("SELECT secmoe_embed(tokens) FROM t"));
      assertTrue(
          e.getMessage()
              .contains(
                  "the server reveals logits only, so secmoe_embed has no embeddings to give; use"
                      + " secmoe_infer"),
          e.getMessage());
    }
  }
}
