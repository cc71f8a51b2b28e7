// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.cases;

import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.report.CaseFigures;
import io.secmoe.party.ClientParty;
import io.secmoe.party.Comparison;
import io.secmoe.party.OtExtension;
import io.secmoe.party.Profile;
import io.secmoe.party.ServerParty;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One measurement between two parties. Both processes build the same case from the same arguments.
 */
public interface Case {
  /**
   * Prepares the case in the calling process, so that neither party pays for it.
   *
   * @param folder an empty one, deleted afterwards
   * @return the arguments from which both parties' processes build the same case
   */
  default Arguments prepare(Arguments a, Path folder) throws IOException {
    return a;
  }

  /** Returns the parameters by their own names, for the JSON line. */
  Map<String, Object> parameters();

  Profile profile();

  /** Returns an estimate of the duration on two cores; empty if there is none. */
  OptionalDouble estimateSeconds();

  /**
   * Returns the client's side; the error is among its extra figures. What is in the meter's layer
   * {@link CaseFigures#CHECK} is not counted.
   */
  CaseFigures client(ClientParty c);

  /** Returns the server's side. */
  CaseFigures server(ServerParty s);

  static Case of(Arguments a) {
    return switch (a.name()) {
      case "moe-layer" -> MoeLayerCase.of(a);
      case "attention" -> AttentionCase.of(a);
      case "op" -> a.text("name", "gelu").equals("cot") ? CotCase.of(a) : OpCase.of(a);
      case "cot" -> CotCase.of(a);
      case "encoder", "model" -> ModelCase.of(a);
      default ->
          throw new IllegalArgumentException(
              "no benchmark is called '" + a.name() + "'; there are " + Arguments.NAMES);
    };
  }

  /**
   * Returns the default parameters with the OT extension that is asked for by {@code --ot}, and the
   * form of comparisons by {@code --comparison}.
   */
  static Profile profile(Arguments a) {
    Profile profile =
        Profile.DEFAULT.with(OtExtension.named(a.text("ot", Profile.DEFAULT.ot().label())));
    return profile.with(Comparison.named(a.text("comparison", profile.comparison().label())));
  }
}
