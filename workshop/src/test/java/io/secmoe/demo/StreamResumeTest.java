// SPDX-License-Identifier: Apache-2.0
package io.secmoe.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.source.StoredTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A long inference as a stream of files: a process that is killed goes on where it was when it is
 * started again.
 */
@Timeout(300)
class StreamResumeTest {
  private static final int FILES = 6;
  private static final int ROWS_PER_FILE = 4;

  @TempDir Path folder;

  @Test
  void aKilledStreamGoesOnAndEveryRowIsThereOnce() throws Exception {
    Leftovers leftovers = new Leftovers();
    try (Parties parties =
        new Parties(folder, SmallModel.write(folder.resolve("model")), Map.of())) {
      SparkSession spark = parties.spark();
      Dataset<Row> rows =
          spark.createDataFrame(StoredTable.rows(FILES * ROWS_PER_FILE), StoredTable.SCHEMA);
      for (int file = 0; file < FILES; file++) {
        rows.where("id % " + FILES + " = " + file)
            .coalesce(1)
            .write()
            .mode("append")
            .parquet(folder.resolve("input").toString());
      }
      Process killed = start(parties, "killed");
      while (!Files.exists(commit(1))) {
        assertTrue(killed.isAlive(), () -> text("killed"));
        Thread.sleep(20);
      }
      killed.destroyForcibly().waitFor();
      assertFalse(Files.exists(commit(FILES - 1)), "it was killed before its end");

      Process resumed = start(parties, "resumed");
      assertEquals(0, resumed.waitFor(), () -> text("resumed"));
      assertTrue(Files.exists(commit(FILES - 1)));
      List<Row> output =
          spark
              .read()
              .parquet(folder.resolve("output").toString())
              .where("label IS NOT NULL")
              .orderBy("id")
              .collectAsList();
      assertEquals(
          rows.where("features IS NOT NULL").orderBy("id").select("id").collectAsList().stream()
              .map(row -> row.get(0))
              .toList(),
          output.stream().map(row -> row.get(0)).toList());
    }
    leftovers.assertNone();
  }

  private Path commit(int batch) {
    return folder.resolve("checkpoint").resolve("commits").resolve(Integer.toString(batch));
  }

  private Process start(Parties parties, String name) throws IOException {
    Map<String, String> settings = new HashMap<>(Parties.tls(parties.clientFiles()));
    settings.put(SecMoeConf.SERVER_ADDRESS.key(), parties.server().endpoint().address());
    settings.put(SecMoeConf.SERVER_FINGERPRINT.key(), parties.server().endpoint().fingerprint());
    List<String> arguments =
        new ArrayList<>(
            List.of(
                folder.resolve("input").toString(),
                folder.resolve("checkpoint").toString(),
                folder.resolve("output").toString()));
    settings.forEach((key, value) -> arguments.add(key + "=" + value));
    return LocalProcess.builder(
            FileByFile.class, "700m", Path.of("..", "conf", "log4j2.properties"), arguments)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".log").toFile())
        .start();
  }

  private String text(String name) {
    try {
      return Files.readString(folder.resolve(name + ".log"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
