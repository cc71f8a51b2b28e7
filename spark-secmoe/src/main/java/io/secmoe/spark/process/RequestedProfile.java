// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.process;

import io.secmoe.flight.ServiceException;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.TicketRequest;
import io.secmoe.moe.Strategy;
import io.secmoe.party.Binding;
import io.secmoe.party.Profile;

/**
 * The profile text of a {@link TicketRequest}: cryptographic parameters and the strategy that the
 * client requests.
 */
public final class RequestedProfile {
  private static final String STRATEGY = " strategy=";

  private RequestedProfile() {}

  public static String text(Profile profile, Strategy strategy) {
    return Binding.text(profile) + STRATEGY + strategy;
  }

  /**
   * Returns the strategy that a request asks for.
   *
   * @throws ServiceException REFUSED if its parameters are not this server's
   */
  public static Strategy strategy(TicketRequest request, Profile ours) {
    for (Strategy strategy : Strategy.values()) {
      if (request.profile().equals(text(ours, strategy))) {
        return strategy;
      }
    }
    throw new ServiceException(
        Code.REFUSED,
        "the client asks for parameters "
            + request.profile()
            + ", this server computes with "
            + Binding.text(ours)
            + "; describe the model again");
  }
}
