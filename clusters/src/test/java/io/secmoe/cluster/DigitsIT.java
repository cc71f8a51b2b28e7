// SPDX-License-Identifier: Apache-2.0
package io.secmoe.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.secmoe.model.input.TokenRows;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The example as README tells it: spark-submit on two clusters, with the shipped configuration and
 * one jar.
 */
@Timeout(600)
class DigitsIT {
  private static final Path DIGITS = Path.of("..", "notebooks", "digits").toAbsolutePath();

  @Test
  void predictionsCrossTwoClustersAndAreThoseOfThePlaintextModel() throws Exception {
    PartyFiles parties = new PartyFiles("digits");
    Path predicted = parties.folder().resolve("predicted.json");
    try (Submitted server =
        parties.server("digits-server", DIGITS.resolve("model"), Map.of("spark.cores.max", "2"))) {
      parties.awaitReady(server);
      try (Submitted client =
          parties.client(
              "digits-client",
              Map.of("spark.cores.max", "2"),
              List.of(
                  "--input",
                  DIGITS.resolve("digits.parquet").toString(),
                  "--tokens-column",
                  "tokens",
                  "--partitions",
                  "2",
                  "--label-column",
                  "predicted_label",
                  "--output",
                  predicted.toString(),
                  "--output-format",
                  "json",
                  "--output-columns",
                  "tokens,prediction,logits"))) {
        client.assertExit(0);
        assertTrue(
            client.err().contains("encoder.block.1.layer.1 ")
                && client.err().contains("4 batches done, 1,797 rows"),
            client.err());
        assertTrue(client.out().contains("predictions: " + predicted), client.out());
      }
      assertTrue(
          server.alive()
              && server
                  .out()
                  .contains("secmoe server ready: model 'digits-encoder', address 127.0.0.1:"),
          server.out());
    }
    List<JsonNode> rows = JsonLines.read(predicted);
    Predicted.assertPlain(
        DIGITS.resolve("model"),
        rows,
        TokenRows.padded(
            rows.stream().map(row -> JsonLines.ints(row.get("tokens"))).toArray(int[][]::new)));
    assertTrue(rows.size() == 1797, rows.size() + " rows");
  }
}
