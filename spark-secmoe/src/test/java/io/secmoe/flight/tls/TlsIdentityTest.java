// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.flight.TestCertificates;
import io.secmoe.flight.tls.IdentityException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIdentityTest {
  private static final String OPENSSL =
      """
      MIIClwIBAzCCAk0GCSqGSIb3DQEHAaCCAj4EggI6MIICNjCCAjIGCSqGSIb3DQEHBqCCAiMwggIfAgEAMIICGAYJKoZI\
      hvcNAQcBMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhJ0G3qlB6a5gICCAAwDAYIKoZIhvcNAgkFADAdBglg\
      hkgBZQMEASoEEMT26m8tXq+9pkxQBm8xiOGAggGwxaLypv3kSLxpAXNrzs9SoGQHAPE/vskMf1UqNgvljhUdX8SiDw6e\
      lj+MwsGL73fX4uj5/2akEt0mVcGINV3+kB/hQlTUY2+tpfS6KIdeWRE7LrE29A491UHvQJM1dp6lVWr4mVYp6fegYJES\
      YP2wU6oR1nqLmZKFxuCkVxPoV2CI4oTlTO4Ml3nQNxF2SQNp6wqx8Ghj/PF8M4z3huk6ztGzrpEJn+dNuOmBFoSigchS\
      N5jlVCMSg9Ex6rhhFTna7bTw/dblQMyAd/OcG8GOEt9NzXRK9rfMw1J84mEucI7xbT04+WPJxDkdh7+GhaOXo6HY/Qld\
      a6FinIH9HxXetxCJ0PWcXvIv5bnDKsYBIscCJdcDk9xo3m/YGLGbXSA+HkO3Nyi5Sd9ydCD5wtLUIs2StDnn4IqSSR6t\
      3WEsdcalDIvupwIcsbhXwtBSNCEHa+/0KlEdSTKoJZtTBK78xy7VAfyE8YZTWdCJvRdqZ/BftFsKAF8YthClDLgSyqF0\
      1xuTen0pTLj9Pv3BnImuWXGp/N2/78csysvSeI4MmTPuOTnhA4ZCmRKoLuOVeuYFMEEwMTANBglghkgBZQMEAgEFAAQg\
      SrFef/Jj2RCp9U9E2WoCGL4UB3hEuUGr+1U0D5UmW4sECNszEtYTYSu0AgIIAA==\
      """;

  private final TestCertificates certificates = TestCertificates.get();
  private final TlsFiles good = certificates.serverFiles;

  /** The error has the kind, and its message names the file. */
  private static void refused(Kind kind, Path named, TlsFiles files) {
    IdentityException e = assertThrows(IdentityException.class, () -> TlsIdentity.load(files));
    assertEquals(kind, e.kind(), e.getMessage());
    assertTrue(e.getMessage().contains(named.toString()), e.getMessage());
  }

  @Test
  void knowsItsSubjectAndFingerprint() {
    assertEquals("CN=server,O=Test", certificates.server.subject());
    assertTrue(certificates.server.fingerprint().matches("[0-9a-f]{64}"));
    assertEquals(certificates.server.fingerprint(), TlsIdentity.load(good).fingerprint());
  }

  @Test
  void missingFilesAreNamed(@TempDir Path folder) {
    Path no = folder.resolve("no.p12");
    refused(
        Kind.MISSING_FILE,
        no,
        new TlsFiles(
            no, good.keyStorePasswordFile(), good.trustStore(), good.trustStorePasswordFile()));
    refused(
        Kind.MISSING_FILE,
        no,
        new TlsFiles(good.keyStore(), no, good.trustStore(), good.trustStorePasswordFile()));
    refused(
        Kind.MISSING_FILE,
        no,
        new TlsFiles(
            good.keyStore(), good.keyStorePasswordFile(), no, good.trustStorePasswordFile()));
    refused(
        Kind.MISSING_FILE,
        no,
        new TlsFiles(good.keyStore(), good.keyStorePasswordFile(), good.trustStore(), no));
  }

  @Test
  void wrongPasswordsAreNamedAndNotShown(@TempDir Path folder) throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong"), "hunter2\n");
    refused(
        Kind.WRONG_PASSWORD,
        wrong,
        new TlsFiles(good.keyStore(), wrong, good.trustStore(), good.trustStorePasswordFile()));
    refused(
        Kind.WRONG_PASSWORD,
        wrong,
        new TlsFiles(good.keyStore(), good.keyStorePasswordFile(), good.trustStore(), wrong));
    IdentityException e =
        assertThrows(
            IdentityException.class,
            () ->
                TlsIdentity.load(
                    new TlsFiles(
                        good.keyStore(), wrong, good.trustStore(), good.trustStorePasswordFile())));
    assertTrue(!e.getMessage().contains("hunter2"));
  }

  @Test
  void onlyTheFirstLineOfAPasswordFileCounts(@TempDir Path folder) throws IOException {
    Path lines =
        Files.write(
            folder.resolve("lines"),
            List.of(Files.readString(good.keyStorePasswordFile()), "# a remark"));
    assertEquals(
        certificates.server.fingerprint(),
        TlsIdentity.load(
                new TlsFiles(
                    good.keyStore(), lines, good.trustStore(), good.trustStorePasswordFile()))
            .fingerprint());
  }

  @Test
  void aKeyStoreWithoutAKeyAndATrustStoreWithoutAuthorityAreNamed() {
    refused(
        Kind.NO_PRIVATE_KEY,
        good.trustStore(),
        new TlsFiles(
            good.trustStore(),
            good.trustStorePasswordFile(),
            good.trustStore(),
            good.trustStorePasswordFile()));
    refused(
        Kind.NO_AUTHORITY,
        good.keyStore(),
        new TlsFiles(
            good.keyStore(),
            good.keyStorePasswordFile(),
            good.keyStore(),
            good.keyStorePasswordFile()));
  }

  /** Made by "openssl pkcs12 -export -nokeys", whose certificates Java does not show. */
  @Test
  void aTrustStoreOfOpensslIsNamedWithWhatToDo(@TempDir Path folder) throws IOException {
    Path store = Files.write(folder.resolve("openssl.p12"), Base64.getDecoder().decode(OPENSSL));
    TlsFiles files =
        new TlsFiles(
            good.keyStore(),
            good.keyStorePasswordFile(),
            store,
            Files.writeString(folder.resolve("password"), "x"));
    refused(Kind.NO_AUTHORITY, store, files);
    IdentityException e = assertThrows(IdentityException.class, () -> TlsIdentity.load(files));
    assertTrue(
        e.getMessage().contains("keytool -importcert") && e.getMessage().contains("-jdktrust"),
        e.getMessage());
  }

  @Test
  void aCertificateForOneSideOnlyIsNamedOnTheOther() throws IOException {
    TlsFiles files =
        certificates.authority.issue("server-only", "CN=server only", "-1d", 5, "serverAuth");
    TlsIdentity identity = TlsIdentity.load(files);
    assertEquals("CN=server only", identity.forServer().subject());
    IdentityException e = assertThrows(IdentityException.class, identity::forClient);
    assertEquals(Kind.WRONG_USAGE, e.kind());
    assertEquals(
        "the certificate in key store "
            + files.keyStore()
            + " is not for a client: its extended key usage lacks clientAuth"
            + " (1.3.6.1.5.5.7.3.2); have it issued with that usage",
        e.getMessage());
    assertEquals(certificates.client, certificates.client.forClient());
    assertEquals(certificates.client, certificates.client.forServer());
  }

  @Test
  void aDamagedStoreIsNamed(@TempDir Path folder) throws IOException {
    Path damaged = Files.writeString(folder.resolve("damaged.p12"), "not a store");
    refused(
        Kind.UNREADABLE,
        damaged,
        new TlsFiles(
            damaged,
            good.keyStorePasswordFile(),
            good.trustStore(),
            good.trustStorePasswordFile()));
  }

  @Test
  void anExpiredCertificateIsNamedBeforeItIsUsed() throws IOException {
    TlsFiles old = certificates.authority.issue("old", "CN=old", "-10d", 5);
    refused(Kind.EXPIRED, old.keyStore(), old);
    TlsFiles early = certificates.authority.issue("early", "CN=early", "+5d", 5);
    refused(Kind.EXPIRED, early.keyStore(), early);
  }

  @Test
  void whatTheDemoWritesIsForItsOwnerOnly() throws IOException {
    for (Path file :
        List.of(
            good.keyStore(),
            good.keyStorePasswordFile(),
            good.trustStore(),
            good.trustStorePasswordFile())) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
          file.toString());
    }
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(good.keyStore().getParent())));
  }
}
