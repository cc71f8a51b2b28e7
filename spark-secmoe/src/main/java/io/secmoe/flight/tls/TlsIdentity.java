// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A side's private key, certificate and trusted authorities, for TLS 1.3 with certificates on both
 * sides. The key stays inside the key manager and is never turned into text.
 */
public final class TlsIdentity {
  private static final String PROTOCOL = "TLSv1.3";
  private static final String ANY_PURPOSE = "2.5.29.37.0";

  private final KeyManagerFactory keys;
  private final X509ExtendedTrustManager authorities;
  private final X509Certificate certificate;
  private final Path keyStore;

  private TlsIdentity(
      KeyManagerFactory keys,
      X509ExtendedTrustManager authorities,
      X509Certificate certificate,
      Path keyStore) {
    this.keys = keys;
    this.authorities = authorities;
    this.certificate = certificate;
    this.keyStore = keyStore;
  }

  /**
   * Reads and checks the four files.
   *
   * @throws IdentityException naming the file, its fault, and how to fix it
   */
  public static TlsIdentity load(TlsFiles files) {
    Pkcs12 own = Pkcs12.open("key store", files.keyStore(), files.keyStorePasswordFile());
    Pkcs12 trusted = Pkcs12.open("trust store", files.trustStore(), files.trustStorePasswordFile());
    X509Certificate certificate = own.certificate();
    checkValidity(certificate, files);
    trusted.requireAuthorities();
    return new TlsIdentity(
        own.keyManagers(), trustManager(trusted.store()), certificate, files.keyStore());
  }

  private static void checkValidity(X509Certificate certificate, TlsFiles files) {
    try {
      certificate.checkValidity();
    } catch (CertificateException e) {
      throw new IdentityException(
          IdentityException.Kind.EXPIRED,
          "the certificate in key store "
              + files.keyStore()
              + " is valid from "
              + certificate.getNotBefore().toInstant()
              + " to "
              + certificate.getNotAfter().toInstant()
              + " only; have it renewed, or set the machine's clock right",
          e);
    }
  }

  /**
   * Returns this identity, if its certificate may be a client's.
   *
   * @throws IdentityException WRONG_USAGE if it was issued for servers only
   */
  public TlsIdentity forClient() {
    return requireUsage("1.3.6.1.5.5.7.3.2", "client", "clientAuth");
  }

  /**
   * Returns this identity, if its certificate may be a server's.
   *
   * @throws IdentityException WRONG_USAGE if it was issued for clients only
   */
  public TlsIdentity forServer() {
    return requireUsage("1.3.6.1.5.5.7.3.1", "server", "serverAuth");
  }

  private TlsIdentity requireUsage(String purpose, String side, String name) {
    List<String> purposes;
    try {
      purposes = certificate.getExtendedKeyUsage();
    } catch (CertificateException e) {
      throw new IdentityException(
          IdentityException.Kind.UNREADABLE,
          "the extended key usage of the certificate in key store "
              + keyStore
              + " cannot be read; have it issued anew",
          e);
    }
    if (purposes != null && !purposes.contains(purpose) && !purposes.contains(ANY_PURPOSE)) {
      throw new IdentityException(
          IdentityException.Kind.WRONG_USAGE,
          "the certificate in key store "
              + keyStore
              + " is not for a "
              + side
              + ": its extended key usage lacks "
              + name
              + " ("
              + purpose
              + "); have it issued with that usage");
    }
    return this;
  }

  private static X509ExtendedTrustManager trustManager(KeyStore store) {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager x509) {
          return x509;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot check certificate chains", e);
    }
    throw new IllegalStateException(
        "this Java runtime cannot check certificate chains: PKIX has no X.509 trust manager");
  }

  /** Returns the subject of this side's certificate, RFC 2253. */
  public String subject() {
    return certificate.getSubjectX500Principal().getName();
  }

  /** Returns the fingerprint of this side's certificate. */
  public String fingerprint() {
    return Fingerprint.of(certificate);
  }

  /**
   * Returns the context of a server. A client without a certificate of a trusted authority does not
   * get past the handshake.
   */
  public SslContext serverContext() throws SSLException {
    PeerTrust trust = new PeerTrust(authorities, null);
    return GrpcSslContexts.configure(SslContextBuilder.forServer(keys))
        .trustManager(trust)
        .clientAuth(ClientAuth.REQUIRE)
        .protocols(PROTOCOL)
        .build();
  }

  /** Returns the client's demands on the server at an endpoint. */
  public PeerTrust trustFor(Endpoint endpoint) {
    return new PeerTrust(authorities, endpoint);
  }

  /** Returns the context of a client. {@code trust} keeps the faults that it finds. */
  public SslContext clientContext(PeerTrust trust) throws SSLException {
    return GrpcSslContexts.configure(SslContextBuilder.forClient())
        .keyManager(keys)
        .trustManager(trust)
        .protocols(PROTOCOL)
        .build();
  }
}
