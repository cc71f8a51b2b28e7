// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.plaintext;

import io.secmoe.model.calibration.Calibration;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.input.Rows;
import java.util.List;

/** PLAINTEXT reference of an architecture: the model in double arithmetic on its float weights. */
public interface Reference {
  /** Sees every intermediate value: its name in {@link Calibration} and its elements. */
  @FunctionalInterface
  interface Observer {
    void see(String name, double[] values);

    /** Values of several columns. */
    default double[][] seeAll(String name, double[][] columns) {
      for (double[] column : columns) {
        see(name, column);
      }
      return columns;
    }
  }

  /**
   * Sends tokens to other experts than the router's, with the weight of its choice: a calibration
   * meets every expert so.
   */
  @FunctionalInterface
  interface Detour {
    /** The model as it is. */
    Detour NONE = (layer, token, chosen) -> chosen;

    /**
     * The expert that a token takes.
     *
     * @param layer of the Mixture-of-Experts layers, the first is 0
     * @param token column of the batch
     * @param chosen by the router
     */
    int expert(int layer, int token, int chosen);
  }

  /**
   * Names of the experts, per Mixture-of-Experts layer in the order of {@link PlainResult#experts};
   * empty where there are none.
   */
  List<List<String>> experts();

  /**
   * Rows that every calibration runs besides its samples, because they are all there are of their
   * kind; none by default.
   */
  default List<Rows> always() {
    return List.of();
  }

  /**
   * The model's results; rows of another kind or shape than the model's are a {@link
   * ModelException}.
   *
   * @param detour which expert a token takes; {@link PlainResult#experts} are the router's choices
   *     always
   */
  PlainResult run(Rows rows, Detour detour, Observer observer);
}
