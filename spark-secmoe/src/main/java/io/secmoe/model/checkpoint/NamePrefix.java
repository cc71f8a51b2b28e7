// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

import java.util.List;

/**
 * Finds the prefix of tensors' names in checkpoints of modules that contain the model, such as
 * {@code model.}. A prefix counts as one only if the checkpoint has the model once.
 */
public final class NamePrefix {
  private NamePrefix() {}

  /**
   * Returns the prefix of the names, with the dot at its end; empty if there is none.
   *
   * @param landmark a tensor that the model has once
   */
  public static String of(TensorFiles tensors, String landmark) {
    List<String> found =
        tensors.names().stream()
            .filter(name -> name.equals(landmark) || name.endsWith("." + landmark))
            .map(name -> name.substring(0, name.length() - landmark.length()))
            .toList();
    if (found.isEmpty() || found.contains("")) {
      return "";
    }
    if (found.size() > 1) {
      throw new ModelException(
          "it holds several models, whose tensors' names begin with " + String.join(", ", found),
          tensors.where(found.get(0) + landmark),
          "save the one to be served alone");
    }
    return found.get(0);
  }
}
