// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.Fingerprint;
import io.secmoe.flight.tls.IdentityException;
import io.secmoe.flight.tls.IdentityException.Kind;
import io.secmoe.flight.tls.PeerTrust;
import io.secmoe.flight.tls.Pkcs12;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.flight.tls.TlsIdentity;
import io.secmoe.spark.Warnings;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests who gets in, who is let in, and the names of refusals. */
@Timeout(60)
class MutualTlsTest {
  private final TestCertificates certificates = TestCertificates.get();

  private static IdentityException refused(PartyClient client) {
    try (client) {
      return assertThrows(IdentityException.class, client::describe);
    }
  }

  @Test
  void theServerKnowsWhoAsks() {
    try (Served served = new Served(new StubService());
        PartyClient client = served.client()) {
      assertEquals(
          "CN=client,O=Test " + certificates.client.fingerprint(),
          new String(client.describe(), StandardCharsets.UTF_8));
    }
  }

  /** The whole of 127/8 is this machine; the certificate is for 127.0.0.1 and localhost. */
  @Test
  void aPinnedServerIsAcceptedByAnyNameAndAnUnpinnedOneByItsOwnOnly() {
    try (Served served = new Served(new StubService(), certificates.server, "0.0.0.0")) {
      Endpoint own = served.server.endpoint();
      Endpoint otherName = new Endpoint("127.0.0.2", own.port(), own.fingerprint());
      for (Endpoint fine :
          List.of(own, otherName, served.unpinned("localhost"), served.unpinned("127.0.0.1"))) {
        try (PartyClient client = served.client(certificates.client, fine)) {
          assertTrue(client.describe().length > 0);
        }
      }
      assertEquals(
          Kind.UNTRUSTED_PEER,
          refused(served.client(certificates.client, served.unpinned("127.0.0.2"))).kind());
    }
  }

  @Test
  void aWrongFingerprintIsNamed() {
    try (Served served = new Served(new StubService())) {
      Endpoint wrong = new Endpoint("127.0.0.1", served.server.endpoint().port(), "ab".repeat(32));
      IdentityException e = refused(served.client(certificates.client, wrong));
      assertEquals(Kind.WRONG_FINGERPRINT, e.kind());
      assertTrue(
          e.getMessage().contains("ab".repeat(32))
              && e.getMessage().contains(certificates.server.fingerprint()),
          e.getMessage());
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsNotTrustedPinnedOrNot() {
    try (Served served = new Served(new StubService(), certificates.stranger)) {
      assertEquals(
          Kind.UNTRUSTED_PEER,
          refused(served.client(certificates.client, served.server.endpoint())).kind());
      assertEquals(
          Kind.UNTRUSTED_PEER,
          refused(served.client(certificates.client, served.unpinned("localhost"))).kind());
    }
  }

  @Test
  void anExpiredServerIsNamedSo() throws Exception {
    TlsFiles old = certificates.authority.issue("expired", "CN=expired", "-10d", 5);
    X509Certificate[] chain =
        Arrays.stream(
                Pkcs12.open("key store", old.keyStore(), old.keyStorePasswordFile())
                    .store()
                    .getCertificateChain("expired"))
            .map(X509Certificate.class::cast)
            .toArray(X509Certificate[]::new);
    PeerTrust trust =
        certificates.client.trustFor(new Endpoint("localhost", 1, Fingerprint.of(chain[0])));
    long before = System.nanoTime();
    CertificateException e =
        assertThrows(
            CertificateException.class, () -> trust.checkServerTrusted(chain, "ECDHE_ECDSA"));
    IdentityException why = (IdentityException) e.getCause();
    assertEquals(Kind.UNTRUSTED_PEER, why.kind());
    assertTrue(why.getMessage().contains("expired"), why.getMessage());
    assertSame(why, trust.failureSince(before));
    assertNull(trust.failureSince(System.nanoTime() + 1), "a later call has nothing to do with it");
  }

  @Test
  void aClientOfAnotherAuthorityIsRefused() {
    TlsFiles mixed =
        new TlsFiles(
            certificates.strangerFiles.keyStore(),
            certificates.strangerFiles.keyStorePasswordFile(),
            certificates.serverFiles.trustStore(),
            certificates.serverFiles.trustStorePasswordFile());
    assertRefusedAndLogged(
        TlsIdentity.load(mixed), "subject CN=client,O=Test, issuer CN=Test Authority, valid from ");
  }

  /**
   * A client of ours says so itself, before it connects; another one's reason stands in the
   * server's log.
   */
  @Test
  void aCertificateForServersOnlyIsRefusedAsAClients() throws Exception {
    TlsIdentity serverOnly =
        TlsIdentity.load(
            certificates.authority.issue(
                "server-only-peer", "CN=server only", "-1d", 5, "serverAuth"));
    assertRefusedAndLogged(
        serverOnly, "Extended key usage does not permit use for TLS client authentication");
  }

  private static void assertRefusedAndLogged(TlsIdentity identity, String why) {
    try (Served served = new Served(new StubService());
        Warnings warnings = new Warnings(PeerTrust.class.getName())) {
      IdentityException e = refused(served.client(identity, served.server.endpoint()));
      assertEquals(Kind.REFUSED_BY_PEER, e.kind());
      assertTrue(
          e.getMessage().contains("trust store") && e.getMessage().contains("log of the server"),
          e.getMessage());
      assertTrue(warnings.count(why) >= 1, "the server's log says whom it refused and why");
      assertTrue(warnings.count(identity.fingerprint()) >= 1);
    }
  }

  private ManagedChannel foreign(int port, ClientInterceptor headers, SslContextBuilder tls)
      throws SSLException {
    return NettyChannelBuilder.forAddress("127.0.0.1", port)
        .intercept(headers)
        .sslContext(
            GrpcSslContexts.configure(tls)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build())
        .build();
  }

  private static ClientInterceptor headers() {
    Metadata spoof = new Metadata();
    for (String name :
        List.of("secmoe-peer", "x-forwarded-client-cert", "authorization", "peer", "subject")) {
      spoof.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), "CN=other,O=Test");
    }
    return MetadataUtils.newAttachHeadersInterceptor(spoof);
  }

  @Test
  @SuppressWarnings("try")
  void aClientWithoutACertificateGetsNowhere() throws Exception {
    try (Served served = new Served(new StubService())) {
      ManagedChannel channel =
          foreign(served.server.endpoint().port(), headers(), SslContextBuilder.forClient());
      try (FlightClient client = FlightGrpcUtils.createFlightClient(served.root, channel)) {
        assertThrows(
            FlightRuntimeException.class,
            () -> client.doAction(new Action(PartyClient.DESCRIBE)).next());
      }
    }
  }

  @Test
  @SuppressWarnings("try")
  void headersDoNotChangeWhoTheClientIs() throws Exception {
    try (Served served = new Served(new StubService())) {
      PeerTrust trust = certificates.client.trustFor(served.server.endpoint());
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", served.server.endpoint().port())
              .intercept(headers())
              .sslContext(certificates.client.clientContext(trust))
              .build();
      try (FlightClient client = FlightGrpcUtils.createFlightClient(served.root, channel)) {
        String seen =
            new String(
                client.doAction(new Action(PartyClient.DESCRIBE)).next().getBody(),
                StandardCharsets.UTF_8);
        assertEquals("CN=client,O=Test " + certificates.client.fingerprint(), seen);
      }
    }
  }

  @Test
  void plainTextGetsNowhere() throws Exception {
    try (Served served = new Served(new StubService());
        Socket socket = new Socket("127.0.0.1", served.server.endpoint().port())) {
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(20));
      socket
          .getOutputStream()
          .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      int read = in.read();
      assertTrue(read == -1 || read == 0x15, "a TLS alert or the end, got " + read);
    }
  }

  @Test
  void aPartyThatIsNoServerIsNamedAsOutOfReach() {
    try (Served served = new Served(new StubService())) {
      served.server.close();
      try (PartyClient client = served.client()) {
        ServiceException e = assertThrows(ServiceException.class, client::describe);
        assertEquals(ServiceException.Code.UNREACHABLE, e.code());
        assertTrue(e.getMessage().contains(served.server.endpoint().address()), e.getMessage());
      }
    }
  }
}
