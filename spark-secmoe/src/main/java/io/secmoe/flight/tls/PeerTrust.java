// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

import io.secmoe.flight.tls.IdentityException.Kind;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about the peer's certificate during the TLS handshake, before any byte of ours is sent. A
 * trusted authority must have issued it. A server's certificate must also be the one that the
 * endpoint names, or be issued for the host that we connect to. The fault that it finds is the
 * cause of the handshake's failure. It is also kept with its time: a call that tries several
 * addresses fails with the error of the last of them, so the fault of an earlier one has to be
 * looked up here.
 */
public final class PeerTrust extends X509ExtendedTrustManager {
  private static final Logger LOG = LoggerFactory.getLogger(PeerTrust.class);

  private final X509ExtendedTrustManager authorities;
  private final Endpoint endpoint;
  private volatile Failure failure;

  private record Failure(IdentityException what, long at) {}

  /**
   * @param endpoint the server that must answer; null on a server's own side
   */
  PeerTrust(X509ExtendedTrustManager authorities, Endpoint endpoint) {
    this.authorities = authorities;
    this.endpoint = endpoint;
  }

  /**
   * Returns why the peer of the last handshake was turned away; null if it was not, or if that
   * handshake was before a moment.
   *
   * @param nanos the moment, a value of {@link System#nanoTime}
   */
  public IdentityException failureSince(long nanos) {
    Failure last = failure;
    return last == null || last.at - nanos < 0 ? null : last.what;
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private void server(X509Certificate[] chain, Check withHostName, Check withoutHostName)
      throws CertificateException {
    boolean pinned = endpoint != null && endpoint.pin().isPresent();
    Check check = pinned ? withoutHostName : withHostName;
    failure = null;
    try {
      check.run();
    } catch (CertificateException e) {
      throw untrusted(chain, e);
    }
    if (pinned && !Fingerprint.of(chain[0]).equals(endpoint.fingerprint())) {
      throw refused(
          new IdentityException(
              Kind.WRONG_FINGERPRINT,
              "the server at "
                  + endpoint.address()
                  + " has certificate "
                  + Fingerprint.of(chain[0])
                  + ", expected "
                  + endpoint.fingerprint()
                  + "; if the server's certificate was renewed, correct the fingerprint, else"
                  + " something stands between the two sides"));
    }
  }

  private CertificateException refused(IdentityException why) {
    failure = new Failure(why, System.nanoTime());
    return new CertificateException(why.getMessage(), why);
  }

  private CertificateException untrusted(X509Certificate[] chain, CertificateException e) {
    String subject = chain.length == 0 ? "none" : chain[0].getSubjectX500Principal().getName();
    boolean expired = false;
    for (Throwable t = e; t != null; t = t.getCause()) {
      expired |= t instanceof CertificateExpiredException;
    }
    return refused(
        new IdentityException(
            Kind.UNTRUSTED_PEER,
            "the certificate of the server"
                + (endpoint == null ? "" : " at " + endpoint.address())
                + " ("
                + subject
                + ") is not accepted: "
                + (expired ? "it expired on " + chain[0].getNotAfter().toInstant() : e.getMessage())
                + "; have it renewed, or add its authority to the trust store, or connect by a name"
                + " that it is issued for",
            e));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    server(
        chain,
        () -> authorities.checkServerTrusted(chain, authType, engine),
        () -> authorities.checkServerTrusted(chain, authType));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    server(
        chain,
        () -> authorities.checkServerTrusted(chain, authType, socket),
        () -> authorities.checkServerTrusted(chain, authType));
  }

  /**
   * Checks a certificate without a connection. There is no host name to compare, so only a pinned
   * certificate passes.
   */
  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    server(
        chain,
        () -> {
          throw new CertificateException("its host name cannot be checked");
        },
        () -> authorities.checkServerTrusted(chain, authType));
  }

  /**
   * Checks a client's certificate. The server's log says whom it turned away and why, because a TLS
   * stack tells the client little more than the fact.
   */
  private static void client(X509Certificate[] chain, Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException e) {
      LOG.warn(
          "A client was refused for its certificate, subject {}, issuer {}, valid from {} to {},"
              + " SHA-256 {}: {}",
          OneLine.of(chain[0].getSubjectX500Principal().getName()),
          OneLine.of(chain[0].getIssuerX500Principal().getName()),
          chain[0].getNotBefore().toInstant(),
          chain[0].getNotAfter().toInstant(),
          Fingerprint.of(chain[0]),
          OneLine.of(e.getMessage()));
      throw e;
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    client(chain, () -> authorities.checkClientTrusted(chain, authType, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    client(chain, () -> authorities.checkClientTrusted(chain, authType, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    client(chain, () -> authorities.checkClientTrusted(chain, authType));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
