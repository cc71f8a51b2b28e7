// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

/**
 * The agreed output: the results that an inference reveals to the client. The server decides, both
 * parties know, and nobody else learns it.
 */
public enum Output {
  /** All logits, and the label with them. */
  LOGITS,
  /** The index of the largest logit only; ties go to the lowest index. */
  LABEL,
  /** The last layer's features: of every row if the model pools, else of every token. */
  EMBEDDINGS
}
