// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import io.secmoe.layer.EmbeddingShape;
import io.secmoe.layer.Pooling;
import io.secmoe.linear.LinearShape;
import io.secmoe.model.input.FeatureInput;
import io.secmoe.model.input.TokenInput;
import io.secmoe.model.layers.EmbeddingSpec;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.LayerSpec;
import io.secmoe.model.layers.LinearSpec;
import io.secmoe.model.layers.ModelDescription;
import io.secmoe.model.layers.Output;
import io.secmoe.model.layers.PoolSpec;
import io.secmoe.party.Profile;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.RemoteModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Descriptions of models that take tokens, for tests of what happens before and after a
 * conversation: nothing serves them.
 */
public final class TokenModels {
  static final int VOCABULARY = 100;
  static final int LONGEST = 32;
  static final int WIDTH = 8;

  private TokenModels() {}

  public static RemoteModel of(Output output, boolean pools, Map<String, String> settings) {
    List<LayerSpec<?>> layers = new ArrayList<>();
    layers.add(new EmbeddingSpec("shared", new EmbeddingShape(VOCABULARY, WIDTH, 10, 11, 3)));
    if (pools) {
      layers.add(new PoolSpec("pool", Pooling.MEAN, WIDTH));
    }
    int outputs = output == Output.EMBEDDINGS ? WIDTH : 2;
    layers.add(new LinearSpec("head", new LinearShape(outputs, WIDTH, 10), false, 6));
    LayerList list =
        new LayerList(
            12,
            new TokenInput(VOCABULARY, LONGEST),
            output == Output.EMBEDDINGS ? List.of() : List.of("a", "b"),
            Profile.DEFAULT,
            output,
            layers);
    return remote(list, settings);
  }

  /** Returns a model that takes features instead. */
  public static RemoteModel of(FeatureInput input) {
    return remote(
        new LayerList(
            12,
            input,
            List.of("a", "b"),
            Profile.DEFAULT,
            Output.LOGITS,
            List.of(new LinearSpec("head", new LinearShape(2, input.features(), 10), false, 6))),
        Map.of());
  }

  private static RemoteModel remote(LayerList list, Map<String, String> settings) {
    return new RemoteModel(
        new UUID(1, 2),
        SecMoeConf.of(settings, 1),
        new ModelDescription("tokens", list, "ab".repeat(32)));
  }
}
