// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Takes the client's identity from the connection's TLS session, never from headers, and hands it
 * to the call.
 */
public final class PeerIdentity implements ServerInterceptor {
  private static final Context.Key<Peer> PEER = Context.key("secmoe-peer");

  /** Returns the client of the call that this thread serves. */
  public static Peer current() {
    return PEER.get();
  }

  /** Returns the present context with this client in it. */
  public static Context of(Peer peer) {
    return Context.current().withValue(PEER, peer);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    try {
      if (session != null
          && session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
        Peer peer =
            new Peer(certificate.getSubjectX500Principal().getName(), Fingerprint.of(certificate));
        return Contexts.interceptCall(of(peer), call, headers, next);
      }
    } catch (SSLPeerUnverifiedException e) {
      // Falls through: a call without a certificate is refused.
    }
    call.close(
        Status.UNAUTHENTICATED.withDescription(
            "this server talks only over TLS, to clients with a certificate"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
