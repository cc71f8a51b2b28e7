// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

/** The treatment of tokens of a row that exceed the capacity of the expert they choose. */
public enum CapacityRule {
  /** The rule of the version of the transformers library that {@code config.json} names. */
  LIBRARY,
  /** The expert adds nothing to them, as in the paper. */
  DROP,
  /** Experts take all tokens. */
  NEVER;

  /** The key of the server's configuration, for messages. */
  public static final String KEY = "spark.secmoe.expert.capacity";
}
