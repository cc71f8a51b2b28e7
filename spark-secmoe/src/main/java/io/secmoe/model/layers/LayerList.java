// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.layer.EmbeddingShape;
import io.secmoe.model.checkpoint.Json;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.input.InputSpec;
import io.secmoe.model.input.TokenInput;
import io.secmoe.moe.MoeShape;
import io.secmoe.party.Profile;
import io.secmoe.ring.FixedPoint;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The layers that both parties walk, one by one: public, immutable, without weights. The server
 * sends the list to the client as {@link #toJson() JSON}. The client checks every bound again, the
 * range rule included, before it sends anything.
 *
 * @param fractionBits fraction bits of every activation between layers: 12
 * @param input the kind of rows
 * @param labels one text per class, in the order of the logits; empty if embeddings are revealed
 * @param profile the cryptographic parameters
 * @param output the results that are revealed to the client at the end
 * @param layers in the order of evaluation; the outputs of the last linear one are the logits or
 *     embeddings
 */
public record LayerList(
    int fractionBits,
    InputSpec input,
    List<String> labels,
    Profile profile,
    Output output,
    List<LayerSpec<?>> layers) {
  private static final String REMEDY = "describe the model anew with this version's ServerModel";

  public LayerList {
    labels = List.copyOf(labels);
    layers = List.copyOf(layers);
    if (fractionBits != FixedPoint.FRACTION) {
      throw broken(
          "fraction bits are "
              + fractionBits
              + ", this version computes with "
              + FixedPoint.FRACTION,
          "fraction_bits");
    }
    if (layers.isEmpty()) {
      throw broken("there is no layer", "layers");
    }
    requireEmbedding(input, layers.get(0));
    int width = input.features();
    Set<String> names = new HashSet<>();
    for (LayerSpec<?> layer : layers) {
      if (layer.inputs() != width) {
        throw broken(
            "it takes " + layer.inputs() + " features, but " + width + " come in", layer.name());
      }
      if (!names.add(layer.name())) {
        throw broken("two layers have this name", layer.name());
      }
      width = layer.outputs();
    }
    resultBits(layers);
    int classes = output == Output.EMBEDDINGS ? 0 : width;
    if (labels.size() != classes) {
      throw broken(labels.size() + " labels for " + classes + " logits", "labels");
    }
    if (output != Output.EMBEDDINGS && perToken(input, layers)) {
      throw broken("logits are told for rows: a layer must pool their tokens", "layers");
    }
    RangeRule.check(profile, input, layers);
  }

  /** Returns the logits per row. */
  public int classes() {
    return labels.size();
  }

  /**
   * Returns the features of the last layer: the logits of a row, or the numbers of an embedding.
   */
  public int width() {
    return layers.get(layers.size() - 1).outputs();
  }

  /** Returns this list with other layers. */
  public LayerList with(List<LayerSpec<?>> others) {
    return new LayerList(fractionBits, input, labels, profile, output, others);
  }

  /** Returns true if results belong to tokens, not to rows. */
  public boolean perToken() {
    return perToken(input, layers);
  }

  /** Returns the calibrated bits of the results. Pooling keeps those of the layer before it. */
  public int resultBits() {
    return resultBits(layers);
  }

  /** Returns the shape of the embedding table, if clients look up in a published one. */
  public Optional<EmbeddingShape> publishedTable() {
    return layers.get(0).table().filter(EmbeddingShape::isPublished);
  }

  /** Returns the shapes of all Mixture-of-Experts layers, in their order. */
  public List<MoeShape> experts() {
    return layers.stream().flatMap(layer -> layer.experts().stream()).toList();
  }

  private static void requireEmbedding(InputSpec input, LayerSpec<?> first) {
    if (input instanceof TokenInput tokens
        && first.table().filter(table -> table.vocabulary() == tokens.vocabulary()).isEmpty()) {
      throw broken(
          "tokens come in: it must be an embedding of " + tokens.vocabulary() + " ids",
          first.name());
    }
  }

  private static boolean perToken(InputSpec input, List<LayerSpec<?>> layers) {
    return input instanceof TokenInput && layers.stream().noneMatch(LayerSpec::pools);
  }

  private static int resultBits(List<LayerSpec<?>> layers) {
    return layers.stream()
        .filter(layer -> !layer.pools())
        .reduce((a, b) -> b)
        .map(LayerSpec::resultBits)
        .orElse(OptionalInt.empty())
        .orElseThrow(
            () ->
                broken(
                    "the last layer, but for pooling, must be linear: its calibrated range is the"
                        + " result's",
                    "layers"));
  }

  /** Returns canonical UTF-8 JSON: equal lists have equal bytes. */
  public byte[] toJson() {
    return Json.write(LayerListJson.toNode(this));
  }

  /**
   * Reads the bytes that {@link #toJson} wrote. Unknown, missing or out-of-bounds fields are a
   * {@link ModelException}.
   */
  public static LayerList fromJson(byte[] json) {
    return LayerListJson.fromNode(Json.read(json, "layer list", REMEDY));
  }

  private static ModelException broken(String what, String where) {
    return new ModelException(what, "layer list, " + where, REMEDY);
  }
}
