package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.flight.IdentityException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIdentityTest {
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
    refused(Kind.MISSING_FILE, no, new TlsFiles(no, good.keyStorePasswordFile(), good.trustStore(), good.trustStorePasswordFile()));
    refused(Kind.MISSING_FILE, no, new TlsFiles(good.keyStore(), no, good.trustStore(), good.trustStorePasswordFile()));
    refused(Kind.MISSING_FILE, no, new TlsFiles(good.keyStore(), good.keyStorePasswordFile(), no, good.trustStorePasswordFile()));
    refused(Kind.MISSING_FILE, no, new TlsFiles(good.keyStore(), good.keyStorePasswordFile(), good.trustStore(), no));
  }

  @Test
  void wrongPasswordsAreNamedAndNotShown(@TempDir Path folder) throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong"), "hunter2\n");
    refused(Kind.WRONG_PASSWORD, wrong, new TlsFiles(good.keyStore(), wrong, good.trustStore(), good.trustStorePasswordFile()));
    refused(Kind.WRONG_PASSWORD, wrong, new TlsFiles(good.keyStore(), good.keyStorePasswordFile(), good.trustStore(), wrong));
    IdentityException e = assertThrows(IdentityException.class,
        () -> TlsIdentity.load(new TlsFiles(good.keyStore(), wrong, good.trustStore(), good.trustStorePasswordFile())));
    assertTrue(!e.getMessage().contains("hunter2"));
  }

  @Test
  void onlyTheFirstLineOfAPasswordFileCounts(@TempDir Path folder) throws IOException {
    Path lines = Files.write(folder.resolve("lines"), List.of(Files.readString(good.keyStorePasswordFile()), "# a remark"));
    assertEquals(certificates.server.fingerprint(),
        TlsIdentity.load(new TlsFiles(good.keyStore(), lines, good.trustStore(), good.trustStorePasswordFile())).fingerprint());
  }

  @Test
  void aKeyStoreWithoutAKeyAndATrustStoreWithoutAuthorityAreNamed() {
    refused(Kind.NO_PRIVATE_KEY, good.trustStore(),
        new TlsFiles(good.trustStore(), good.trustStorePasswordFile(), good.trustStore(), good.trustStorePasswordFile()));
    refused(Kind.NO_AUTHORITY, good.keyStore(),
        new TlsFiles(good.keyStore(), good.keyStorePasswordFile(), good.keyStore(), good.keyStorePasswordFile()));
  }

  @Test
  void aDamagedStoreIsNamed(@TempDir Path folder) throws IOException {
    Path damaged = Files.writeString(folder.resolve("damaged.p12"), "not a store");
    refused(Kind.UNREADABLE, damaged,
        new TlsFiles(damaged, good.keyStorePasswordFile(), good.trustStore(), good.trustStorePasswordFile()));
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
    for (Path file : List.of(good.keyStore(), good.keyStorePasswordFile(), good.trustStore(), good.trustStorePasswordFile())) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), file.toString());
    }
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(good.keyStore().getParent())));
  }
}
