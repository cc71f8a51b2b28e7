// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import io.secmoe.channel.ChannelException;
import io.secmoe.flight.ServiceException;
import java.util.Optional;

/** Judges a lost attempt: whether a new one may succeed, and how to describe the loss. */
public final class LostAttempt {
  private LostAttempt() {}

  /**
   * Returns true if another attempt may succeed. Faults of code, model or configuration would only
   * happen again.
   */
  public static boolean mayPass(Throwable loss) {
    Throwable cause = cause(loss);
    if (cause instanceof ServiceException refusal) {
      return switch (refusal.code()) {
        case REFUSED, OTHER_MODEL, BAD_REQUEST -> false;
        case REPLAYED_TICKET, UNKNOWN_TICKET, SHUTTING_DOWN, BUSY, UNAVAILABLE, UNREACHABLE -> true;
      };
    }
    return cause instanceof ChannelException broken
        && broken.kind() != ChannelException.Kind.MALFORMED;
  }

  /** Returns the code of the refusal, if the attempt was lost before there was a ticket. */
  public static Optional<ServiceException.Code> beforeTicket(Throwable loss) {
    return loss instanceof NoTicketException && loss.getCause() instanceof ServiceException refusal
        ? Optional.of(refusal.code())
        : Optional.empty();
  }

  /** Returns true if the server has another model than it described before. */
  public static boolean isRenewal(Throwable loss) {
    return cause(loss) instanceof ServiceException refusal
        && refusal.code() == ServiceException.Code.OTHER_MODEL;
  }

  /** Returns one line about the loss, without anything secret. */
  public static String describe(Throwable loss) {
    Throwable cause = cause(loss);
    String name =
        cause instanceof ServiceException refusal
            ? refusal.code().name()
            : cause.getClass().getSimpleName();
    return name + ": " + cause.getMessage();
  }

  private static Throwable cause(Throwable loss) {
    return loss instanceof NoTicketException ? loss.getCause() : loss;
  }
}
