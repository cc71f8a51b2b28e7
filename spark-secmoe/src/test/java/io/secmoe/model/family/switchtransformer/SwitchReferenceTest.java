// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.secmoe.layer.PositionBias;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.CapacityRule;
import io.secmoe.model.plaintext.PlainResult;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The plaintext reference of Switch Transformers against the transformers library. */
class SwitchReferenceTest {
  /** The library computes in single precision, and its numbers are stored to seven digits. */
  private static final double CLOSE = 2e-5;

  static List<String> names() {
    return SwitchCheckpoints.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void saysWhatTheLibrarySays(String name) {
    SwitchCheckpoints.Expected expected = SwitchCheckpoints.expected(name);
    PlainResult result = FloatModel.load(SwitchCheckpoints.ALL.resolve(name)).run(expected.ids());
    for (int row = 0; row < expected.ids().length; row++) {
      double[] embedding =
          expected.pooled() != null
              ? expected.pooled()[row]
              : Arrays.stream(expected.hidden()[row]).flatMapToDouble(Arrays::stream).toArray();
      assertArrayEquals(embedding, result.embeddings()[row], CLOSE, "row " + row);
      if (expected.logits() != null) {
        assertArrayEquals(expected.logits()[row], result.logits()[row], CLOSE, "row " + row);
      }
    }
    if (expected.logits() == null) {
      assertNull(result.logits());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void aSequenceIsAsWellAloneAsPadded(String name) {
    int[][] ids = SwitchCheckpoints.expected(name).ids();
    FloatModel model = FloatModel.load(SwitchCheckpoints.ALL.resolve(name));
    PlainResult together = model.run(new TokenRows(ids, 29));
    for (int row = 0; row < ids.length; row++) {
      assertArrayEquals(
          model.run(new int[][] {ids[row]}).embeddings()[0], together.embeddings()[row], 1e-12);
    }
  }

  @Test
  void anExpertDropsWhatExceedsItsCapacityAndAModelWithoutOneDropsNothing(@TempDir Path directory) {
    int[][] ids = SwitchCheckpoints.expected("capacity").ids();
    int[] limited =
        FloatModel.load(SwitchCheckpoints.ALL.resolve("capacity")).run(ids).experts()[0];
    long dropped = Arrays.stream(limited).filter(expert -> expert < 0).count();
    assertTrue(dropped > 5, dropped + " tokens dropped");
    for (int expert = 0; expert < 3; expert++) {
      int e = expert;
      assertTrue(Arrays.stream(limited, 0, ids[0].length).filter(taken -> taken == e).count() <= 2);
    }
    Path copy =
        SwitchCheckpoints.copy("capacity", directory, config -> config.putNull("expert_capacity"));
    PlainResult all = FloatModel.load(copy).run(ids);
    assertEquals(0, Arrays.stream(all.experts()[0]).filter(expert -> expert < 0).count());
    assertArrayEquals(
        all.embeddings(),
        FloatModel.load(SwitchCheckpoints.ALL.resolve("capacity"), CapacityRule.NEVER)
            .run(ids)
            .embeddings());
  }

  /**
   * No version of the library has a token too many in a row that is no longer than the capacity.
   */
  @Test
  void aVersionThatPassesTokensThroughHasRowsUpToTheCapacity(@TempDir Path directory) {
    Path old =
        SwitchCheckpoints.copy(
            "capacity", directory, config -> config.put("transformers_version", "4.46.3"));
    int[][] rows = {{1, 1}, {7, 3}, {5}};
    FloatModel limited = FloatModel.load(old);
    assertArrayEquals(
        FloatModel.load(SwitchCheckpoints.ALL.resolve("capacity")).run(rows).embeddings(),
        limited.run(rows).embeddings());
    assertEquals(
        "it has 3 ids, the model takes 2",
        assertThrows(ModelException.class, () -> limited.run(new int[][] {{1, 1, 1}})).what());
    int[][] ids = SwitchCheckpoints.expected("capacity").ids();
    assertArrayEquals(
        FloatModel.load(SwitchCheckpoints.ALL.resolve("capacity")).run(ids).embeddings(),
        FloatModel.load(old, CapacityRule.DROP).run(ids).embeddings());
  }

  @Test
  void positionsFallIntoTheLibrarysBuckets() {
    for (JsonNode table : SwitchCheckpoints.json(SwitchCheckpoints.ALL.resolve("buckets.json"))) {
      double[] numbers =
          IntStream.range(0, table.get("buckets").intValue()).asDoubleStream().toArray();
      PositionBias bias =
          PositionBias.relative(true, table.get("farthest").intValue(), new double[][] {numbers});
      for (int distance = -600; distance <= 600; distance++) {
        assertEquals(
            table.get("table").get(distance + 600).intValue(),
            bias.at(0, distance),
            "distance " + distance);
      }
    }
  }

  @Test
  void rowsThatTheModelDoesNotTakeAreNamed() {
    FloatModel model = FloatModel.load(SwitchCheckpoints.ALL.resolve("one-layer"));
    assertEquals(
        "row 1",
        assertThrows(ModelException.class, () -> model.run(new int[][] {{0, 10}, {10, 11}}))
            .where());
    assertEquals(
        "row 0", assertThrows(ModelException.class, () -> model.run(new int[][] {{-1}})).where());
    assertTrue(
        assertThrows(ModelException.class, () -> model.run(new int[][] {{1}, new int[33]}))
            .getMessage()
            .startsWith("row 1: it has 33 ids, the model takes 32"));
    assertThrows(ModelException.class, () -> model.run(new float[][] {{1}}));
  }
}
