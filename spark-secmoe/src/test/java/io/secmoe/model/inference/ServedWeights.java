// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

/** Reads the weights of a server's model, for tests. */
public final class ServedWeights {
  private ServedWeights() {}

  /** Returns the weights of a layer; a {@link ClassCastException} if they are of another kind. */
  public static <W> W of(ServerModel model, int layer, Class<W> type) {
    return type.cast(model.served().get(layer).weights());
  }
}
