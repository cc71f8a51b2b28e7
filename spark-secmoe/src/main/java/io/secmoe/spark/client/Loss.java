package io.secmoe.spark.client;

import io.secmoe.channel.ChannelException;
import io.secmoe.flight.ServiceException;

/** Judges how an attempt was lost: whether a new one may go better, and how to say it. */
final class Loss {
  private Loss() {}

  /** Whether another attempt may succeed; what follows from code, model or configuration will only happen again. */
  static boolean mayPass(Throwable loss) {
    Throwable cause = cause(loss);
    if (cause instanceof ServiceException refusal) {
      return switch (refusal.code()) {
        case REFUSED, OTHER_MODEL, BAD_REQUEST -> false;
        case STALE_EPOCH, REPLAYED_TICKET, UNKNOWN_TICKET, SHUTTING_DOWN, UNAVAILABLE -> true;
      };
    }
    return cause instanceof ChannelException broken && broken.kind() != ChannelException.Kind.MALFORMED;
  }

  /** Whether the server has another model than it described before. */
  static boolean isRenewal(Throwable loss) {
    return cause(loss) instanceof ServiceException refusal && refusal.code() == ServiceException.Code.OTHER_MODEL;
  }

  /** One line without anything secret. */
  static String describe(Throwable loss) {
    Throwable cause = cause(loss);
    String name = cause instanceof ServiceException refusal ? refusal.code().name() : cause.getClass().getSimpleName();
    return name + ": " + cause.getMessage();
  }

  private static Throwable cause(Throwable loss) {
    return loss instanceof NoTicketException ? loss.getCause() : loss;
  }
}
