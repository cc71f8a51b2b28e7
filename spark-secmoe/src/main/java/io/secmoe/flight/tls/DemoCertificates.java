// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate authority for trying things out, made with the JDK's keytool. The demo and the
 * tests use it. It is not for production, where a key is made where it is used and never leaves.
 * Only their owner can read the files and the folder.
 */
public final class DemoCertificates {
  private static final String AUTHORITY = "authority";
  private static final long KEYTOOL_SECONDS = 120;

  private final Path folder;
  private final Path store;
  private final Path passwordFile;
  private final Path trustStore;
  private final Path trustPasswordFile;

  private DemoCertificates(Path folder) {
    this.folder = folder;
    this.store = folder.resolve("authority.p12");
    this.passwordFile = folder.resolve("authority.password");
    this.trustStore = folder.resolve("trust.p12");
    this.trustPasswordFile = folder.resolve("trust.password");
  }

  /**
   * Makes an authority and a trust store with its certificate.
   *
   * @param folder created if need be; earlier files of the same names are replaced
   * @param name distinguished name, for example {@code CN=Demo Authority}
   */
  public static DemoCertificates authority(Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    restrict(folder, "rwx------");
    DemoCertificates made = new DemoCertificates(folder);
    Files.deleteIfExists(made.store);
    newPassword(made.passwordFile);
    made.keytool(
        "-alias",
        AUTHORITY,
        "-dname",
        name,
        "-validity",
        "30",
        "-ext",
        "bc:critical=ca:true,pathlen:0",
        "-ext",
        "ku:critical=keyCertSign,cRLSign");
    restrict(made.store, "rw-------");
    char[] trustPassword = newPassword(made.trustPasswordFile);
    try {
      KeyStore trust = empty();
      trust.setCertificateEntry(AUTHORITY, made.open().getCertificate(AUTHORITY));
      save(trust, made.trustStore, trustPassword);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make the trust store " + made.trustStore, e);
    }
    return made;
  }

  /**
   * Issues a key and a certificate for {@code localhost} and 127.0.0.1, valid from yesterday on for
   * 31 days.
   */
  public TlsFiles issue(String file, String name) throws IOException {
    return issue(file, name, "-1d", 31);
  }

  /**
   * Issues a key and a certificate for {@code localhost} and 127.0.0.1.
   *
   * @param file names the files: {@code file.p12} and {@code file.password}
   * @param name distinguished name
   * @param start as keytool's -startdate takes it
   * @param days days of validity from the start on
   */
  public TlsFiles issue(String file, String name, String start, int days) throws IOException {
    return issue(file, name, start, days, "serverAuth,clientAuth");
  }

  /**
   * Issues a certificate with a validity and a usage of its own.
   *
   * @param usage the sides of a connection that the certificate may be used for, as keytool takes
   *     it
   */
  public TlsFiles issue(String file, String name, String start, int days, String usage)
      throws IOException {
    keytool(
        "-alias",
        file,
        "-signer",
        AUTHORITY,
        "-dname",
        name,
        "-startdate",
        start,
        "-validity",
        Integer.toString(days),
        "-ext",
        "san=dns:localhost,ip:127.0.0.1",
        "-ext",
        "ku:critical=digitalSignature",
        "-ext",
        "eku=" + usage);
    Path ownStore = folder.resolve(file + ".p12");
    Path ownPasswordFile = folder.resolve(file + ".password");
    char[] ownPassword = newPassword(ownPasswordFile);
    try {
      KeyStore own = empty();
      KeyStore all = open();
      own.setKeyEntry(
          file, all.getKey(file, password()), ownPassword, all.getCertificateChain(file));
      save(own, ownStore, ownPassword);
      all.deleteEntry(file);
      save(all, store, password());
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make the key store " + ownStore, e);
    }
    return new TlsFiles(ownStore, ownPasswordFile, trustStore, trustPasswordFile);
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore made = KeyStore.getInstance("PKCS12");
    made.load(null, null);
    return made;
  }

  private KeyStore open() throws IOException, GeneralSecurityException {
    KeyStore opened = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      opened.load(in, password());
    }
    return opened;
  }

  private char[] password() throws IOException {
    return Files.readString(passwordFile).toCharArray();
  }

  private static void save(KeyStore contents, Path file, char[] password)
      throws IOException, GeneralSecurityException {
    create(file);
    try (OutputStream out = Files.newOutputStream(file)) {
      contents.store(out, password);
    }
  }

  private static char[] newPassword(Path file) throws IOException {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    create(file);
    Files.writeString(file, password);
    return password.toCharArray();
  }

  private static void create(Path file) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file);
    restrict(file, "rw-------");
  }

  private static void restrict(Path file, String permissions) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
  }

  /**
   * Makes a key pair with its certificate in the authority's store. The JDK has no public interface
   * for this, but keytool can do it.
   */
  private void keytool(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass:file",
                passwordFile.toString()));
    command.addAll(List.of(arguments));
    Path log = folder.resolve("keytool.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("keytool failed: " + Files.readString(log).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool ran", e);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(log);
    }
  }
}
