// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.layer.EmbeddingWeights;
import io.secmoe.model.input.TablePublisher;
import java.io.IOException;
import java.io.OutputStream;

/** The embedding table that a server looks up in, and that its owner may publish. */
public record OwnTable(EmbeddingSpec spec, EmbeddingWeights weights) {
  /** Returns the layer with its table published: clients look up by themselves. */
  public ServedLayer<EmbeddingWeights> published() {
    String digest = TablePublisher.digest(spec.shape(), weights.rows(spec.shape()));
    return new ServedLayer<>(
        new EmbeddingSpec(spec.name(), spec.shape().publishedAs(digest)), null);
  }

  /** Writes the table's file. */
  public void write(OutputStream out) throws IOException {
    TablePublisher.write(spec.shape(), weights.rows(spec.shape()), out);
  }
}
