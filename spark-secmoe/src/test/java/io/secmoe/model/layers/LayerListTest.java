// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.layer.AttentionShape;
import io.secmoe.layer.EmbeddingShape;
import io.secmoe.layer.NormShape;
import io.secmoe.layer.Pooling;
import io.secmoe.linear.LinearShape;
import io.secmoe.model.checkpoint.Json;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.input.FeatureInput;
import io.secmoe.model.input.InputSpec;
import io.secmoe.model.input.TokenInput;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.RouterShape;
import io.secmoe.network.Activation;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.LinearScale;
import io.secmoe.party.OtExtension;
import io.secmoe.party.Profile;
import io.secmoe.ring.Modulus;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerListTest {
  private static final LayerList LIST = list(Profile.DEFAULT, 12, 6, 4);

  /** Returns an embedding, one sparse layer and a head. */
  private static LayerList list(Profile profile, int downFraction, int outputBits, int logitBits) {
    return new LayerList(
        12,
        new FeatureInput(6, 2),
        List.of("no", "yes", "für"),
        profile,
        Output.LOGITS,
        List.of(
            new LinearSpec("embed", new LinearShape(8, 6, 11), true, 5),
            new MoeSpec(
                "blocks.0",
                NormShape.NONE,
                new MoeShape(
                    4,
                    RouterShape.top1(new LinearScale(10, logitBits)),
                    new FeedForwardShape(
                        8,
                        16,
                        Activation.GELU,
                        new LinearScale(11, 5),
                        new LinearScale(downFraction, outputBits)))),
            new LinearSpec("head", new LinearShape(3, 8, 10), false, 6)));
  }

  @Test
  void jsonRoundTripIsCanonical() {
    byte[] json = LIST.toJson();
    LayerList back = LayerList.fromJson(json);
    assertEquals(LIST, back);
    assertArrayEquals(json, back.toJson());
    LayerList spaced =
        LayerList.fromJson(text(json).replace(",", " ,\n ").getBytes(StandardCharsets.UTF_8));
    assertArrayEquals(json, spaced.toJson());
    LayerList other =
        list(
            new Profile(List.of(60, 60, 60, 38), new Modulus(4397929070593L), OtExtension.SILENT),
            11,
            5,
            3);
    assertEquals(other, LayerList.fromJson(other.toJson()));
    assertNotEquals(text(json), text(other.toJson()));
  }

  @Test
  void everyKindOfLayerSurvivesJson() {
    NormShape norm = new NormShape(NormShape.Kind.RMS, 4, 1e-6);
    LayerList encoder =
        new LayerList(
            12,
            new TokenInput(100, 32),
            List.of("a", "b"),
            Profile.DEFAULT,
            Output.LABEL,
            List.of(
                new EmbeddingSpec("shared", new EmbeddingShape(100, 8, 10, 11, 3)),
                new AttentionSpec(
                    "attention",
                    norm,
                    new AttentionShape(
                        8,
                        new AttentionShape.Heads(2, 3),
                        false,
                        new LinearScale(11, 3),
                        new LinearScale(11, 3),
                        new LinearScale(11, 3),
                        new LinearScale(11, 4),
                        5)),
                new FeedForwardSpec(
                    "dense",
                    norm,
                    new FeedForwardShape(
                            8, 16, Activation.RELU, new LinearScale(11, 4), new LinearScale(11, 4))
                        .withGate(true)),
                new MoeSpec(
                    "sparse",
                    norm,
                    new MoeShape(
                        4,
                        RouterShape.topK(2, new LinearScale(10, 4))
                            .withRenormalised(true)
                            .withBias(true),
                        new FeedForwardShape(
                                8,
                                16,
                                Activation.SILU,
                                new LinearScale(11, 5),
                                new LinearScale(11, 4))
                            .withGate(true)
                            .withBiases(true))),
                new NormSpec("final", norm, 8),
                new PoolSpec("pool", Pooling.MEAN, 8),
                new LinearSpec("classifier", new LinearShape(2, 8, 10), true, 6)));
    assertEquals(encoder, LayerList.fromJson(encoder.toJson()));
    assertArrayEquals(encoder.toJson(), LayerList.fromJson(encoder.toJson()).toJson());
  }

  @Test
  void tablesArePrivateOrHaveADigest() {
    String digest = "0a".repeat(32);
    EmbeddingShape shape = new EmbeddingShape(100, 8, 10, 11, 3);
    LinearSpec head = new LinearSpec("head", new LinearShape(2, 8, 10), false, 6);
    LayerList published =
        new LayerList(
            12,
            new TokenInput(100, 32),
            List.of(),
            Profile.DEFAULT,
            Output.EMBEDDINGS,
            List.of(new EmbeddingSpec("shared", shape.publishedAs(digest)), head));
    assertEquals(published, LayerList.fromJson(published.toJson()));
    String json = new String(published.toJson(), StandardCharsets.UTF_8);
    for (String wrong : new String[] {digest.replace('a', 'A'), "public", digest.substring(1)}) {
      byte[] changed = json.replace(digest, wrong).getBytes(StandardCharsets.UTF_8);
      assertTrue(
          assertThrows(ModelException.class, () -> LayerList.fromJson(changed))
              .getMessage()
              .contains("\"table\""));
    }
  }

  @Test
  void tokensComeToAnEmbeddingAndLogitsBelongToRows() {
    LinearSpec head = new LinearSpec("head", new LinearShape(2, 8, 10), false, 6);
    EmbeddingSpec table = new EmbeddingSpec("shared", new EmbeddingShape(100, 8, 10, 11, 3));
    List<String> labels = List.of("a", "b");
    assertTrue(
        refusal(new TokenInput(100, 32), labels, Output.LOGITS, head)
            .contains("must be an embedding of 100 ids"));
    assertTrue(
        refusal(new TokenInput(101, 32), labels, Output.LOGITS, table, head)
            .contains("must be an embedding of 101 ids"));
    assertTrue(
        refusal(new TokenInput(100, 32), labels, Output.LOGITS, table, head)
            .contains("must pool their tokens"));
    assertTrue(
        refusal(new TokenInput(100, 32), labels, Output.EMBEDDINGS, table, head)
            .contains("2 labels for 0 logits"));
    assertTrue(
        new LayerList(
                12,
                new TokenInput(100, 32),
                List.of(),
                Profile.DEFAULT,
                Output.EMBEDDINGS,
                List.of(table, head))
            .perToken());
  }

  private static String refusal(
      InputSpec input, List<String> labels, Output output, LayerSpec<?>... layers) {
    return assertThrows(
            ModelException.class,
            () -> new LayerList(12, input, labels, Profile.DEFAULT, output, List.of(layers)))
        .getMessage();
  }

  @Test
  void featuresOutsideTheCalibratedRangeAreNotAccepted() {
    for (double inside : new double[] {0, 3.999, -3.999}) {
      assertTrue(((FeatureInput) LIST.input()).accepts(inside));
    }
    for (double outside : new double[] {4, -4, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertFalse(((FeatureInput) LIST.input()).accepts(outside));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "secmoe-layers-2|secmoe-layers-1|\"format\"",
        "\"fraction_bits\":12|\"fraction_bits\":13|fraction_bits",
        "\"features\":6|\"features\":7|embed: it takes 6 features, but 7 come in",
        "\"bits\":2}|\"bits\":28}|tensor features",
        "\"bits\":2}|\"bits\":2,\"seed\":1}|\"seed\" is unknown",
        ",\"bits\":2}|}|\"bits\" is missing",
        "\"no\",|''|2 labels for 3 logits",
        "\"prime_bits\":[60,|\"prime_bits\":[61,|\"prime_bits\"",
        "\"t\":2198738042881|\"t\":1|\"t\" must be",
        "\"t\":2198738042881|\"t\":137438953472|tensor blocks.0.experts.w2",
        "\"silent\"|\"softspoken-9\"|\"ot\" is \"softspoken-9\"",
        "\"tree-2\"|\"tree-3\"|\"comparison\" is \"tree-3\"",
        "\"ot_memory\":33554432|\"ot_memory\":-1|\"ot_memory\"",
        "\"kind\":\"moe\"|\"kind\":\"convolution\"|\"kind\" is \"convolution\"",
        "\"GELU\"|\"gelu\"|\"activation\"",
        "\"outputs\":8|\"outputs\":9|blocks.0: it takes 8 features, but 9 come in",
        "\"name\":\"head\"|\"name\":\"embed\"|embed: two layers have this name",
        "\"name\":\"head\"|\"name\":7|\"name\" must be text",
        "\"bias\":false|\"bias\":0|\"bias\" must be true or false",
        "\"experts\":4|\"experts\":2000|\"experts\"",
        "\"weight_fraction\":11|\"weight_fraction\":21|tensor embed.weight",
        "\"weight_fraction\":11|\"weight_fraction\":-1|\"weight_fraction\"",
        "\"down_fraction\":12|\"down_fraction\":15|tensor blocks.0.experts.w2",
        "\"logit_bits\":4|\"logit_bits\":9|tensor blocks.0.router.weight",
        "\"hidden_bits\":5|\"hidden_bits\":10|tensor blocks.0.experts.w1",
        "\"hidden_bits\":5|\"hidden_bits\":0|tensor blocks.0.experts.w1",
      })
  void descriptionsFromAPeerAreCheckedByName(String right, String wrong, String problem) {
    String json = text(LIST.toJson());
    assertTrue(json.contains(right), json);
    byte[] changed = json.replace(right, wrong).getBytes(StandardCharsets.UTF_8);
    ModelException refused = assertThrows(ModelException.class, () -> LayerList.fromJson(changed));
    assertTrue(refused.getMessage().contains(problem), refused.getMessage());
  }

  @Test
  void namesCannotForgeLinesOfALog() {
    String json = text(LIST.toJson());
    for (String[] change :
        new String[][] {
          {"\"head\"", "\"he\\nad\""}, {"\"no\"", "\"n\\u0007o\""},
          {"\"silent\"", "\"si\\rlent\""}, {"\"ot\"", "\"o\\rt\":1,\"ot\""}
        }) {
      byte[] changed = json.replace(change[0], change[1]).getBytes(StandardCharsets.UTF_8);
      ModelException refused =
          assertThrows(ModelException.class, () -> LayerList.fromJson(changed));
      assertTrue(
          refused.getMessage().chars().noneMatch(Character::isISOControl), refused.getMessage());
    }
  }

  @Test
  void everyTruncationIsAModelException() {
    byte[] json = LIST.toJson();
    for (int length = 0; length < json.length; length++) {
      byte[] truncated = Arrays.copyOf(json, length);
      assertThrows(ModelException.class, () -> LayerList.fromJson(truncated));
    }
    assertThrows(ModelException.class, () -> LayerList.fromJson(new byte[Json.MAX_BYTES + 1]));
  }

  @Test
  void theRangeRuleIsSharpAtAQuarterOfT() {
    // 10 hidden + 8 gate + 12 weight + 8 range = 38 bits, and 2^38 < t/4 < 2^39.
    assertEquals(
        8,
        ((MoeSpec) list(Profile.DEFAULT, 12, 8, 4).layers().get(1)).shape().expert().down().bits());
    ModelException refused =
        assertThrows(ModelException.class, () -> list(Profile.DEFAULT, 12, 9, 4));
    assertEquals("tensor blocks.0.experts.w2", refused.where());
    Profile wider =
        new Profile(
            Profile.DEFAULT.primeBits(), new Modulus(4397929070593L), OtExtension.SOFTSPOKEN_4);
    assertEquals(
        9, ((MoeSpec) list(wider, 12, 9, 4).layers().get(1)).shape().expert().down().bits());
  }

  @Test
  void theLogitsMustComeFromALinearLayer() {
    List<LayerSpec<?>> noHead = LIST.layers().subList(0, 2);
    List<String> labels = List.of("1", "2", "3", "4", "5", "6", "7", "8");
    assertThrows(
        ModelException.class,
        () ->
            new LayerList(
                12, new FeatureInput(6, 2), labels, Profile.DEFAULT, Output.LOGITS, noHead));
    assertThrows(
        ModelException.class,
        () ->
            new LayerList(
                12, new FeatureInput(6, 2), labels, Profile.DEFAULT, Output.LOGITS, List.of()));
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
