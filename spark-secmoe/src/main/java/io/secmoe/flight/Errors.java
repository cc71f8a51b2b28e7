package io.secmoe.flight;

import io.secmoe.channel.ChannelException;
import io.secmoe.flight.IdentityException.Kind;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.party.RefusedException;
import javax.net.ssl.SSLException;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;

/** Carries refusals by name through Flight's errors, and tells a broken connection from a broken identity. */
final class Errors {
  private static final String CODE = "secmoe-code";

  private Errors() {}

  /** As the client shall see it: a refusal by name; anything else without its message, which might hold what is not the client's. */
  static FlightRuntimeException toFlight(Throwable t) {
    if (t instanceof RefusedException refused) {
      return toFlight(ServiceException.of(refused));
    }
    if (t instanceof ServiceException refused) {
      ErrorFlightMetadata metadata = new ErrorFlightMetadata();
      metadata.insert(CODE, refused.code().name());
      return status(refused.code()).withDescription(Wire.line(refused.getMessage())).withMetadata(metadata).toRuntimeException();
    }
    return toFlight(new ServiceException(Code.UNAVAILABLE,
        "the server failed (" + t.getClass().getSimpleName() + "); its own log says why; trying again may help"));
  }

  /** Whether the client may see the message. */
  static boolean isNamed(Throwable t) {
    return t instanceof RefusedException || t instanceof ServiceException;
  }

  private static CallStatus status(Code code) {
    return switch (code) {
      case REFUSED, OTHER_MODEL -> CallStatus.UNAUTHORIZED;
      case BAD_REQUEST -> CallStatus.INVALID_ARGUMENT;
      case UNKNOWN_TICKET -> CallStatus.NOT_FOUND;
      case STALE_EPOCH, REPLAYED_TICKET -> CallStatus.ALREADY_EXISTS;
      case SHUTTING_DOWN, UNAVAILABLE -> CallStatus.UNAVAILABLE;
    };
  }

  /** The refusal that a call ended with, or null if it ended otherwise. */
  static ServiceException refusal(Throwable t) {
    if (t instanceof FlightRuntimeException e && e.status().metadata() != null && e.status().metadata().containsKey(CODE)) {
      try {
        return new ServiceException(Code.valueOf(e.status().metadata().get(CODE)), Wire.line(e.status().description()), e);
      } catch (IllegalArgumentException unknown) {
        return new ServiceException(Code.REFUSED, "a refusal of a newer release: " + Wire.line(e.status().description()), e);
      }
    }
    return null;
  }

  /** What a failed unary call means to the caller. */
  static RuntimeException ofCall(FlightRuntimeException e, Endpoint endpoint, PeerTrust trust) {
    ServiceException refusal = refusal(e);
    if (refusal != null) {
      return refusal;
    }
    RuntimeException identity = identity(e, endpoint, trust);
    return identity != null ? identity : unavailable(e, endpoint);
  }

  private static ServiceException unavailable(FlightRuntimeException e, Endpoint endpoint) {
    if (e.status().code() == FlightStatusCode.TIMED_OUT) {
      return new ServiceException(Code.UNAVAILABLE, "the server at " + endpoint.address() + " did not answer in time", e);
    }
    return new ServiceException(Code.UNAVAILABLE, "the server at " + endpoint.address()
        + " cannot be reached or broke off; is it running, and do address and port agree? (" + e.status().code() + ": "
        + Wire.line(e.status().description()) + ")", e);
  }

  /** What a failed stream means to the conversation. */
  static RuntimeException ofStream(Throwable t, Endpoint endpoint, PeerTrust trust) {
    ServiceException refusal = refusal(t);
    if (refusal != null) {
      return refusal;
    }
    RuntimeException identity = trust == null ? null : identity(t, endpoint, trust);
    if (identity != null) {
      return identity;
    }
    String why = t instanceof FlightRuntimeException e ? e.status().code() + ": " + Wire.line(e.status().description()) : t.toString();
    return new ChannelException(ChannelException.Kind.PEER_GONE, "the peer has ended the conversation or is gone (" + why + ")", t);
  }

  private static IdentityException identity(Throwable t, Endpoint endpoint, PeerTrust trust) {
    IdentityException found = trust.failure();
    if (found != null) {
      return new IdentityException(found.kind(), found.getMessage(), t);
    }
    for (Throwable cause = t; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException && String.valueOf(cause.getMessage()).toLowerCase(java.util.Locale.ROOT).contains("alert")) {
        return new IdentityException(Kind.REFUSED_BY_PEER, "the server at " + endpoint.address()
            + " does not accept this side's certificate; has it expired, or is its authority missing from the server's trust store? The log of"
            + " the server says why ("
            + Wire.line(cause.getMessage()) + ")", t);
      }
    }
    return null;
  }
}
