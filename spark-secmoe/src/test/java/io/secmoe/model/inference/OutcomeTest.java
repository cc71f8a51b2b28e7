// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.secmoe.layer.EmbeddingShape;
import io.secmoe.layer.Pooling;
import io.secmoe.linear.LinearShape;
import io.secmoe.model.input.FeatureRows;
import io.secmoe.model.input.Rows;
import io.secmoe.model.input.TokenInput;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.EmbeddingSpec;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.LayerSpec;
import io.secmoe.model.layers.LinearSpec;
import io.secmoe.model.layers.Output;
import io.secmoe.model.layers.PoolSpec;
import io.secmoe.party.Profile;
import io.secmoe.protocol.tile.Tiles;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The results that the client is told, in every form of output. */
class OutcomeTest {
  private static final int FEATURES = 3;
  private static final int BITS = 4;
  private static final TokenRows ROWS = new TokenRows(new int[][] {{1, 2}, {3}, {4, 5, 6}}, 3);

  private final Random random = new Random(17);

  private static LayerList layers(Output output, boolean pooled) {
    List<LayerSpec<?>> layers =
        new ArrayList<>(
            List.of(
                new EmbeddingSpec("shared", EmbeddingShape.balanced(100, 8, 8, 3)),
                new LinearSpec("last", new LinearShape(FEATURES, 8, 10), false, BITS)));
    if (pooled) {
      layers.add(new PoolSpec("pool", Pooling.FIRST, FEATURES));
    }
    return new LayerList(
        12,
        new TokenInput(100, 3),
        output == Output.EMBEDDINGS ? List.of() : List.of("a", "b", "c"),
        Profile.DEFAULT,
        output,
        layers);
  }

  private Predictions run(TwoParties parties, LayerList layers, long[] xs, Rows rows) {
    Shared x = Shared.of(Modulus.T, xs, random);
    return parties
        .run(
            c -> {
              try (RingVector share = x.client(c.arena())) {
                return Outcome.client(c, layers, share, rows);
              }
            },
            s -> {
              try (RingVector share = x.server(s.arena())) {
                Outcome.server(s, layers, share);
                return null;
              }
            })
        .client();
  }

  /** A unit of the rescale that narrows. */
  private static void near(long expected, float got) {
    assertEquals(expected, got * 4096.0, 1, "of 1/4096");
  }

  @Test
  void embeddingsOfTokensComeTokenByTokenAndEndWithTheRow() {
    long[] xs = Shared.values(FEATURES * 9, (1 << BITS + 12) - 1, random);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      Predictions told = run(parties, layers(Output.EMBEDDINGS, false), xs, ROWS);
      assertNull(told.classes());
      assertNull(told.logits());
      for (int row = 0; row < 3; row++) {
        assertEquals(ROWS.ids()[row].length * FEATURES, told.embeddings()[row].length);
        for (int i = 0; i < told.embeddings()[row].length; i++) {
          near(xs[i % FEATURES * 9 + row * 3 + i / FEATURES], told.embeddings()[row][i]);
        }
      }
    }
  }

  @Test
  void embeddingsOfRowsAndLogitsAreOneVectorEach() {
    long[] xs = Shared.values(FEATURES * 3, (1 << BITS + 12) - 1, random);
    for (Output output : List.of(Output.EMBEDDINGS, Output.LOGITS)) {
      try (TwoParties parties = new TwoParties(Link.FLIGHT)) {
        Predictions told = run(parties, layers(output, true), xs, ROWS);
        float[][] values = output == Output.LOGITS ? told.logits() : told.embeddings();
        assertNull(output == Output.LOGITS ? told.embeddings() : told.logits());
        for (int i = 0; i < xs.length; i++) {
          near(xs[i], values[i % 3][i / 3]);
        }
        assertEquals(output == Output.LOGITS, told.classes() != null);
      }
    }
  }

  @Test
  void labelsAreThoseOfTheLargestLogits() {
    long[] xs = {100, -7, 40_000, 0, 0, 60_000, -100, 9, -60_000};
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      Predictions told = run(parties, layers(Output.LABEL, true), xs, ROWS);
      assertArrayEquals(new int[] {0, 2, 1}, told.classes());
      assertNull(told.logits());
      assertNull(told.embeddings());
    }
  }

  /** More values than a tile has, of more rows than one would look at. */
  @Test
  void manyEmbeddingsGoTileByTile() {
    int rows = Tiles.ELEMENTS / FEATURES + 5;
    long[] xs = Shared.values(FEATURES * rows, (1 << BITS + 12) - 1, random);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      float[][] told =
          run(parties, layers(Output.EMBEDDINGS, true), xs, new FeatureRows(new float[rows][]))
              .embeddings();
      for (int i = 0; i < xs.length; i++) {
        near(xs[i], told[i % rows][i / rows]);
      }
    }
  }

  @Test
  void transcriptsDoNotDependOnLengths() {
    assertEquals(
        transcript(ROWS), transcript(new TokenRows(new int[][] {{1, 1, 1}, {2, 2}, {0}}, 3)));
  }

  private List<String> transcript(Rows rows) {
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      run(
          parties,
          layers(Output.EMBEDDINGS, false),
          Shared.values(FEATURES * 9, 1 << BITS, random),
          rows);
      return parties.transcript();
    }
  }
}
