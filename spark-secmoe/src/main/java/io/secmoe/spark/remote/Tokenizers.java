// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The tokenizers that this JVM's tasks use, each opened once and closed with the executor.
 * Thread-safe.
 */
public final class Tokenizers {
  private static final Map<Path, Tokenizer> OPEN = new HashMap<>();

  private Tokenizers() {}

  /**
   * Returns the tokenizer of the configuration.
   *
   * @throws io.secmoe.model.checkpoint.ModelException if its file is not a tokenizer
   */
  public static synchronized Tokenizer of(SecMoeConf conf) {
    return OPEN.computeIfAbsent(conf.require(SecMoeConf.TOKENIZER), Tokenizer::open);
  }

  /** Closes all tokenizers, when no more tasks will come. */
  public static synchronized void close() {
    OPEN.values().forEach(Tokenizer::close);
    OPEN.clear();
  }
}
