// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.model.inference.ServerModel;
import io.secmoe.spark.conf.SecMoeConf;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The models an executor has loaded, each once, when first needed. Thread-safe. Weights never leave
 * this JVM.
 */
final class Models {
  private final Map<String, ServerModel> loaded = new HashMap<>();

  synchronized ServerModel get(String directory, SecMoeConf conf) {
    return loaded.computeIfAbsent(directory, d -> load(Path.of(d), conf));
  }

  /**
   * Loads a model with the configuration's cryptographic parameters and output policy. Its
   * embedding is published if the configuration says so.
   */
  static ServerModel load(Path directory, SecMoeConf conf) {
    ServerModel model =
        ServerModel.load(
            directory,
            conf.profile(),
            conf.get(SecMoeConf.OUTPUT),
            conf.get(SecMoeConf.EXPERT_CAPACITY));
    return conf.get(SecMoeConf.EMBEDDING_PUBLISHED) ? model.publishingTable() : model;
  }
}
