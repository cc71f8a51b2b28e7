// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.model.checkpoint.Fields;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** All kinds of layers, by their names in the JSON form of a {@link LayerList}. */
public enum LayerKind {
  LINEAR("linear", LinearSpec::read),
  MOE("moe", MoeSpec::read),
  FEED_FORWARD("feed_forward", FeedForwardSpec::read),
  ATTENTION("attention", AttentionSpec::read),
  EMBEDDING("embedding", EmbeddingSpec::read),
  NORM("norm", NormSpec::read),
  POOL("pool", PoolSpec::read);

  private static final String FIELD = "kind";
  private static final int MAX_LENGTH = 16;

  private final String label;

  @SuppressWarnings("ImmutableEnumChecker") // All are references to static methods.
  private final BiFunction<String, Fields, LayerSpec<?>> reader;

  LayerKind(String label, BiFunction<String, Fields, LayerSpec<?>> reader) {
    this.label = label;
    this.reader = reader;
  }

  /** Returns the kind's name in JSON. */
  public String label() {
    return label;
  }

  /** Reads the fields that {@link LayerSpec#write} wrote. */
  LayerSpec<?> read(String name, Fields fields) {
    return reader.apply(name, fields);
  }

  /**
   * Reads the kind of a layer. An unknown kind is a {@code ModelException} that lists the known
   * ones.
   */
  static LayerKind of(Fields fields) {
    String text = fields.text(FIELD, MAX_LENGTH);
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(text))
        .findFirst()
        .orElseThrow(() -> fields.wrong(FIELD, "is \"" + text + "\", known are " + known()));
  }

  private static String known() {
    String all = Arrays.stream(values()).map(LayerKind::label).collect(Collectors.joining(", "));
    int last = all.lastIndexOf(", ");
    return all.substring(0, last) + " and" + all.substring(last + 1);
  }
}
