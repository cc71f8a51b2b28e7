// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

/**
 * The agreed output: what an inference reveals to the client. The server decides, both know, and
 * nobody else learns it.
 */
public enum Output {
  /** All logits, and with them the label. */
  LOGITS,
  /** The index of the largest logit only; ties go to the lowest index. */
  LABEL,
  /** The last layer's features: of every row where the model pools, else of every token. */
  EMBEDDINGS
}
