// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

/** How a sequence becomes one vector. */
public enum Pooling {
  /** The mean of its tokens. */
  MEAN,
  /** Its first token. */
  FIRST
}
