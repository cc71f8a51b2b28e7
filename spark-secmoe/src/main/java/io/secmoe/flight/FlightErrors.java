// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.secmoe.channel.ChannelException;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.IdentityException;
import io.secmoe.flight.tls.IdentityException.Kind;
import io.secmoe.flight.tls.OneLine;
import io.secmoe.party.RefusedException;
import javax.net.ssl.SSLException;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.grpc.StatusUtils;

/**
 * Carries refusals by name through Flight's errors, and distinguishes a broken connection from a
 * wrong identity.
 */
final class FlightErrors {
  private static final String CODE = "secmoe-code";
  private static final Metadata.Key<String> CODE_KEY =
      Metadata.Key.of(CODE, Metadata.ASCII_STRING_MARSHALLER);

  private FlightErrors() {}

  /**
   * Returns the error for the client: a refusal by name. Any other error loses its message, which
   * might hold data that are not the client's.
   */
  static FlightRuntimeException toFlight(Throwable t) {
    if (t instanceof RefusedException refused) {
      return toFlight(ServiceException.of(refused));
    }
    if (t instanceof ServiceException refused) {
      ErrorFlightMetadata metadata = new ErrorFlightMetadata();
      metadata.insert(CODE, refused.code().name());
      return status(refused.code())
          .withDescription(OneLine.of(refused.getMessage()))
          .withMetadata(metadata)
          .toRuntimeException();
    }
    return toFlight(
        new ServiceException(
            Code.UNAVAILABLE,
            "the server failed ("
                + t.getClass().getSimpleName()
                + "); its own log says why; trying again may help"));
  }

  /** Ends a call by name before Flight sees it. */
  static void close(ServerCall<?, ?> call, ServiceException refusal) {
    Metadata trailers = new Metadata();
    trailers.put(CODE_KEY, refusal.code().name());
    call.close(
        StatusUtils.toGrpcStatus(
            status(refusal.code()).withDescription(OneLine.of(refusal.getMessage()))),
        trailers);
  }

  /** Returns true if the client may see the message. */
  static boolean isNamed(Throwable t) {
    return t instanceof RefusedException || t instanceof ServiceException;
  }

  private static CallStatus status(Code code) {
    return switch (code) {
      case REFUSED, OTHER_MODEL -> CallStatus.UNAUTHORIZED;
      case BAD_REQUEST -> CallStatus.INVALID_ARGUMENT;
      case UNKNOWN_TICKET -> CallStatus.NOT_FOUND;
      case REPLAYED_TICKET -> CallStatus.ALREADY_EXISTS;
      case BUSY -> CallStatus.RESOURCE_EXHAUSTED;
      case SHUTTING_DOWN, UNAVAILABLE, UNREACHABLE -> CallStatus.UNAVAILABLE;
    };
  }

  /** Returns the refusal that a call ended with, or null if it ended otherwise. */
  static ServiceException refusal(Throwable t) {
    if (t instanceof FlightRuntimeException e
        && e.status().metadata() != null
        && e.status().metadata().containsKey(CODE)) {
      try {
        return new ServiceException(
            Code.valueOf(e.status().metadata().get(CODE)), OneLine.of(e.status().description()), e);
      } catch (IllegalArgumentException unknown) {
        return new ServiceException(
            Code.REFUSED,
            "a refusal of a newer release: " + OneLine.of(e.status().description()),
            e);
      }
    }
    return null;
  }

  /**
   * Translates the failure of a unary call for the caller.
   *
   * @param handshake the error of the server's certificate when this call made a connection, or
   *     null
   */
  static RuntimeException ofCall(
      FlightRuntimeException e, Endpoint endpoint, IdentityException handshake) {
    ServiceException refusal = refusal(e);
    if (refusal != null) {
      return refusal;
    }
    ChannelException unread = unread(e);
    if (unread != null) {
      Code code =
          unread.kind() == ChannelException.Kind.MALFORMED ? Code.BAD_REQUEST : Code.UNAVAILABLE;
      return new ServiceException(
          code,
          "the answer of the server at "
              + endpoint.address()
              + " cannot be read: "
              + unread.reason(),
          e);
    }
    RuntimeException identity = identity(e, endpoint, handshake);
    return identity != null ? identity : unreachable(e, endpoint);
  }

  /**
   * Returns the reason for which this side has ended a call at one of the peer's messages, or null
   * if the call ended otherwise.
   */
  private static ChannelException unread(Throwable t) {
    for (Throwable cause = t; cause != null; cause = cause.getCause()) {
      if (cause instanceof ChannelException found) {
        return found;
      }
    }
    return null;
  }

  private static ServiceException unreachable(FlightRuntimeException e, Endpoint endpoint) {
    if (e.status().code() == FlightStatusCode.TIMED_OUT) {
      return new ServiceException(
          Code.UNREACHABLE, "the server at " + endpoint.address() + " did not answer in time", e);
    }
    return new ServiceException(
        Code.UNREACHABLE,
        "the server at "
            + endpoint.address()
            + " cannot be reached or broke off; is it running, and do address and port agree? ("
            + e.status().code()
            + ": "
            + OneLine.of(e.status().description())
            + ")",
        e);
  }

  /**
   * Translates the failure of a stream for the conversation.
   *
   * @param endpoint the server, or null on the server's own side
   * @param handshake the error of the server's certificate when this call made its connection, or
   *     null
   */
  static RuntimeException ofStream(Throwable t, Endpoint endpoint, IdentityException handshake) {
    ServiceException refusal = refusal(t);
    if (refusal != null) {
      return refusal;
    }
    ChannelException unread = unread(t);
    if (unread != null) {
      return unread.again();
    }
    RuntimeException identity = endpoint == null ? null : identity(t, endpoint, handshake);
    if (identity != null) {
      return identity;
    }
    String why =
        t instanceof FlightRuntimeException e
            ? e.status().code() + ": " + OneLine.of(e.status().description())
            : t.toString();
    return new ChannelException(
        ChannelException.Kind.PEER_GONE,
        "the peer has ended the conversation or is gone (" + why + ")",
        t);
  }

  private static IdentityException identity(
      Throwable t, Endpoint endpoint, IdentityException handshake) {
    if (handshake != null) {
      return new IdentityException(handshake.kind(), handshake.getMessage(), t);
    }
    for (Throwable cause = t; cause != null; cause = cause.getCause()) {
      if (cause instanceof IdentityException found) {
        return new IdentityException(found.kind(), found.getMessage(), t);
      }
      if (cause instanceof SSLException
          && String.valueOf(cause.getMessage())
              .toLowerCase(java.util.Locale.ROOT)
              .contains("alert")) {
        return new IdentityException(
            Kind.REFUSED_BY_PEER,
            "the server at "
                + endpoint.address()
                + " does not accept this side's certificate; has it expired, or is its authority"
                + " missing from the server's trust store? The log of the server says why ("
                + OneLine.of(cause.getMessage())
                + ")",
            t);
      }
    }
    return null;
  }
}
