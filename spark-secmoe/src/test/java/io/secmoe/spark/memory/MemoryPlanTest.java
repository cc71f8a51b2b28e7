// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.layer.AttentionShape;
import io.secmoe.layer.EmbeddingShape;
import io.secmoe.layer.NormShape;
import io.secmoe.layer.Pooling;
import io.secmoe.linear.LinearShape;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.model.input.TokenInput;
import io.secmoe.model.layers.AttentionSpec;
import io.secmoe.model.layers.EmbeddingSpec;
import io.secmoe.model.layers.FeedForwardSpec;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.LinearSpec;
import io.secmoe.model.layers.MoeSpec;
import io.secmoe.model.layers.NormSpec;
import io.secmoe.model.layers.Output;
import io.secmoe.model.layers.PoolSpec;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.RouterShape;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Activation;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.LinearScale;
import io.secmoe.network.Sequences;
import io.secmoe.party.OtExtension;
import io.secmoe.party.Profile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final LinearScale SCALE = new LinearScale(8, 4);
  private static final Sequences BATCH = new Sequences(8192, 1);
  private static final LayerList DIGITS =
      ServerModel.load(Path.of("..", "notebooks", "digits", "token-wise", "model")).layers();

  /**
   * The benchmark at this model's sparse layer peaks 380 MiB above an idle JVM on the client, heap
   * included, and 550 MiB on the server.
   */
  @Test
  void thePlanOfTheExampleIsNearWhatWasMeasured() {
    between(260, 450, MemoryPlan.client(DIGITS, Strategy.SELECT, BATCH));
    between(500, 700, MemoryPlan.server(DIGITS, Strategy.SELECT, BATCH));
  }

  @Test
  void theExamplesDefaultsHaveRoomForThreeAttemptsOnEitherSide() {
    long budget = 2L << 30;
    assertEquals(3, budget / MemoryPlan.server(DIGITS, Strategy.SELECT, BATCH));
    assertTrue(budget / MemoryPlan.client(DIGITS, Strategy.SELECT, BATCH) >= 3);
  }

  @Test
  void rowsAndTheBaselineCost() {
    assertTrue(
        MemoryPlan.client(DIGITS, Strategy.SELECT, new Sequences(1, 1))
            < MemoryPlan.client(DIGITS, Strategy.SELECT, BATCH));
    assertTrue(
        MemoryPlan.client(DIGITS, Strategy.ALL, BATCH)
            > MemoryPlan.client(DIGITS, Strategy.SELECT, BATCH));
    assertTrue(
        MemoryPlan.server(DIGITS, Strategy.ALL, BATCH)
            > MemoryPlan.server(DIGITS, Strategy.SELECT, BATCH));
  }

  @Test
  void silentOtsHaveTheMemoryThatTheProfileGivesThem() {
    LayerList softSpoken =
        new LayerList(
            DIGITS.fractionBits(),
            DIGITS.input(),
            DIGITS.labels(),
            DIGITS.profile().with(OtExtension.SOFTSPOKEN_4),
            DIGITS.output(),
            DIGITS.layers());
    long more =
        MemoryPlan.client(DIGITS, Strategy.SELECT, BATCH)
            - MemoryPlan.client(softSpoken, Strategy.SELECT, BATCH);
    long inputs = 36L << 20;
    assertEquals(Profile.OT_MEMORY + inputs, more);
    assertEquals(
        more,
        MemoryPlan.server(DIGITS, Strategy.SELECT, BATCH)
            - MemoryPlan.server(softSpoken, Strategy.SELECT, BATCH));
  }

  private static AttentionShape attention(int width, int heads, int headWidth) {
    AttentionShape.Heads all = new AttentionShape.Heads(heads, headWidth);
    return new AttentionShape(width, all, false, SCALE, SCALE, SCALE, SCALE, 6);
  }

  /** Returns an encoder of a dense and a sparse layer of Switch-Base's shape. */
  private static LayerList encoder() {
    NormShape norm = new NormShape(NormShape.Kind.RMS, 4, 1e-6);
    AttentionShape attention = attention(768, 12, 64);
    FeedForwardShape feedForward = new FeedForwardShape(768, 3072, Activation.RELU, SCALE, SCALE);
    return new LayerList(
        12,
        new TokenInput(32128, 512),
        List.of("a", "b"),
        Profile.DEFAULT,
        Output.LOGITS,
        List.of(
            new EmbeddingSpec("shared", EmbeddingShape.balanced(32128, 768, 8, 4)),
            new AttentionSpec("attention.0", norm, attention),
            new FeedForwardSpec("dense", norm, feedForward),
            new AttentionSpec("attention.1", norm, attention),
            new MoeSpec("sparse", norm, new MoeShape(8, RouterShape.top1(SCALE), feedForward)),
            new NormSpec("norm", norm, 768),
            new PoolSpec("pool", Pooling.MEAN, 768),
            new LinearSpec("classifier", new LinearShape(2, 768, 8), true, 4)));
  }

  @Test
  void anEncoderOfSwitchBasesShapeIsPlannedWithinItsBudget() {
    between(2000, 4096, MemoryPlan.server(encoder(), Strategy.SELECT, new Sequences(64, 128)));
    between(1000, 2300, MemoryPlan.client(encoder(), Strategy.SELECT, new Sequences(64, 128)));
  }

  @Test
  void scoresGrowWithTheLengthOfRowsAndPoolingEndsIt() {
    LayerList attention =
        new LayerList(
            12,
            new TokenInput(100, 8192),
            List.of("a", "b"),
            Profile.DEFAULT,
            Output.LOGITS,
            List.of(
                new EmbeddingSpec("shared", EmbeddingShape.balanced(100, 8, 8, 4)),
                new AttentionSpec("attention", NormShape.NONE, attention(8, 2, 4)),
                new PoolSpec("pool", Pooling.FIRST, 8),
                new LinearSpec("classifier", new LinearShape(2, 8, 8), true, 4)));
    long scores = 5L * 8 * 8192 * 8192;
    for (ToLongFunction<Sequences> plan :
        List.<ToLongFunction<Sequences>>of(
            batch -> MemoryPlan.server(attention, Strategy.SELECT, batch),
            batch -> MemoryPlan.client(attention, Strategy.SELECT, batch))) {
      assertTrue(
          plan.applyAsLong(new Sequences(1, 8192)) - plan.applyAsLong(new Sequences(64, 128))
              > scores / 2);
      assertTrue(plan.applyAsLong(new Sequences(1, 8192)) < 3 * scores);
    }
  }

  @Test
  void everyStrategyIsPlanned() {
    Sequences batch = new Sequences(4, 32);
    Sequences one = new Sequences(1, 1);
    for (Strategy strategy : Strategy.values()) {
      assertTrue(
          MemoryPlan.server(encoder(), strategy, batch)
              > MemoryPlan.server(encoder(), strategy, one),
          strategy.name());
      assertTrue(
          MemoryPlan.client(encoder(), strategy, batch)
              > MemoryPlan.client(encoder(), strategy, one),
          strategy.name());
    }
    // Two thousand answers at a time at most, of 8192 values each.
    long select = MemoryPlan.client(encoder(), Strategy.SELECT, batch);
    assertTrue(MemoryPlan.client(encoder(), Strategy.PARAMETERS, batch) > select + (100L << 20));
  }

  private static void between(long least, long most, long bytes) {
    assertTrue(bytes >> 20 >= least && bytes >> 20 <= most, (bytes >> 20) + " MiB");
  }
}
