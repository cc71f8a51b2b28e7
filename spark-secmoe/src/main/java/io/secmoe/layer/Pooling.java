// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

/** The way to make one vector of a sequence. */
public enum Pooling {
  /** The mean of the sequence's tokens. */
  MEAN,
  /** The first token of the sequence. */
  FIRST
}
