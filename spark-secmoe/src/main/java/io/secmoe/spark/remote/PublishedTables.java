// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import io.secmoe.layer.EmbeddingShape;
import io.secmoe.model.input.PublishedTable;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.InferenceException.Kind;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The embedding tables that owners have published, each opened once in a JVM. Thread-safe. */
public final class PublishedTables {
  private static final Map<Key, PublishedTable> OPEN = new HashMap<>();

  private record Key(Path path, EmbeddingShape shape) {}

  private PublishedTables() {}

  /**
   * Checks that the table's file is configured if it is needed.
   *
   * @throws InferenceException UNUSABLE if the model's table is published, and the configuration
   *     does not say where its file is
   */
  static void require(RemoteModel model) {
    if (model.layers().publishedTable().isPresent()
        && model.conf().get(SecMoeConf.EMBEDDING_TABLE).isEmpty()) {
      throw new InferenceException(
          Kind.UNUSABLE,
          "the model's embedding table is published, so that the client looks up by itself; set "
              + SecMoeConf.EMBEDDING_TABLE.key()
              + " to the table's file, which the model's owner gives out");
    }
  }

  /**
   * Returns the model's table; null if it stays with the server.
   *
   * @throws io.secmoe.model.checkpoint.ModelException if the file is not the table that the model's
   *     description pins
   */
  public static PublishedTable of(RemoteModel model) {
    require(model);
    return model
        .layers()
        .publishedTable()
        .map(shape -> open(new Key(model.conf().require(SecMoeConf.EMBEDDING_TABLE), shape)))
        .orElse(null);
  }

  private static synchronized PublishedTable open(Key key) {
    return OPEN.computeIfAbsent(key, k -> PublishedTable.open(k.path(), k.shape()));
  }
}
