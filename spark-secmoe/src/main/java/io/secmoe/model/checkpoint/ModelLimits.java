// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

/**
 * The largest sizes that this version reads, from checkpoints and from a peer's description of a
 * model.
 */
public final class ModelLimits {
  /** Most features of a layer, classes and labels. */
  public static final int MAX_FEATURES = 1 << 16;

  /** Most ids of a vocabulary. */
  public static final int MAX_IDS = 1 << 20;

  /** Most experts of a layer. */
  public static final int MAX_EXPERTS = 1 << 10;

  /** Most bits of a range, or after the binary point. */
  public static final int MAX_BITS = 62;

  private ModelLimits() {}
}
