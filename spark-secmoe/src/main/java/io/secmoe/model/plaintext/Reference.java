// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.plaintext;

import io.secmoe.model.calibration.Calibration;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.input.Rows;
import java.util.List;

/**
 * The PLAINTEXT reference of an architecture: the model in double arithmetic on its float weights.
 */
public interface Reference {
  /** Receives every intermediate value: its name in {@link Calibration} and its elements. */
  @FunctionalInterface
  interface Observer {
    void see(String name, double[] values);

    /** Receives the values of several columns. */
    default double[][] seeAll(String name, double[][] columns) {
      for (double[] column : columns) {
        see(name, column);
      }
      return columns;
    }
  }

  /**
   * Sends tokens to other experts than the router's, with the weight of the router's choice. So a
   * calibration meets every expert.
   */
  @FunctionalInterface
  interface Detour {
    /** No detour: tokens go to the router's experts. */
    Detour NONE = (layer, token, chosen) -> chosen;

    /**
     * Returns the expert that a token takes.
     *
     * @param layer the index among the Mixture-of-Experts layers, the first is 0
     * @param token column of the batch
     * @param chosen the router's choice
     */
    int expert(int layer, int token, int chosen);
  }

  /**
   * Returns the names of the experts for each Mixture-of-Experts layer, in the order of {@link
   * PlainResult#experts}; empty if there are none.
   */
  List<List<String>> experts();

  /**
   * Returns rows that every calibration runs besides its samples, because they are all that exist
   * of their kind; none by default.
   */
  default List<Rows> always() {
    return List.of();
  }

  /**
   * Returns the model's results. Rows of another kind or shape than the model's are a {@link
   * ModelException}.
   *
   * @param detour decides which expert a token takes; {@link PlainResult#experts} are always the
   *     router's choices
   */
  PlainResult run(Rows rows, Detour detour, Observer observer);
}
