// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

/**
 * Names of the values inside a model whose ranges a calibration measures: a layer's name, followed
 * by one of these.
 */
public final class ValueNames {
  public static final String FEATURES = "features";
  public static final String LOGITS = ".logits";
  public static final String HIDDEN = ".hidden";
  public static final String OUTPUT = ".output";
  public static final String ACTIVE = ".active";
  public static final String QUERY = ".query";
  public static final String KEY = ".key";
  public static final String VALUE = ".value";
  public static final String SCORES = ".scores";
  public static final String EMBEDDINGS = "embeddings";

  private ValueNames() {}
}
