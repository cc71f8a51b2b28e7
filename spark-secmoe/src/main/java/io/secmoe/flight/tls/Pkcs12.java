// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

import io.secmoe.flight.tls.IdentityException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;

/** A PKCS12 file whose password is in another file. Errors name the files. */
public final class Pkcs12 {
  private final String what;
  private final Path path;
  private final Path passwordFile;
  private final KeyStore store;

  private Pkcs12(String what, Path path, Path passwordFile, KeyStore store) {
    this.what = what;
    this.path = path;
    this.passwordFile = passwordFile;
    this.store = store;
  }

  /**
   * Opens a PKCS12 file with the password in another file.
   *
   * @param what "key store" or "trust store", for messages
   */
  public static Pkcs12 open(String what, Path path, Path passwordFile) {
    char[] password = password(what, passwordFile);
    try (InputStream in = Files.newInputStream(readable(what, path))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password);
      return new Pkcs12(what, path, passwordFile, store);
    } catch (IOException e) {
      if (e.getCause() instanceof UnrecoverableKeyException) {
        throw wrongPassword(what, path, passwordFile, e);
      }
      throw unreadable(what, path, e);
    } catch (GeneralSecurityException e) {
      throw unreadable(what, path, e);
    } finally {
      Arrays.fill(password, ' ');
    }
  }

  public KeyStore store() {
    return store;
  }

  /** Returns the certificate of the only private key. */
  X509Certificate certificate() {
    try {
      return (X509Certificate) store.getCertificate(onlyKey());
    } catch (GeneralSecurityException e) {
      throw unreadable(what, path, e);
    }
  }

  KeyManagerFactory keyManagers() {
    char[] password = password(what, passwordFile);
    try {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, password);
      return factory;
    } catch (UnrecoverableKeyException e) {
      throw wrongPassword("private key in the " + what, path, passwordFile, e);
    } catch (GeneralSecurityException e) {
      throw unreadable(what, path, e);
    } finally {
      Arrays.fill(password, ' ');
    }
  }

  private String onlyKey() throws GeneralSecurityException {
    List<String> keys = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        keys.add(alias);
      }
    }
    if (keys.size() != 1) {
      throw new IdentityException(
          Kind.NO_PRIVATE_KEY,
          what
              + " "
              + path
              + " holds "
              + keys.size()
              + " private keys, it must hold exactly one; was it confused with the trust store, or"
              + " imported without its key?");
    }
    return keys.get(0);
  }

  void requireAuthorities() {
    try {
      for (String alias : Collections.list(store.aliases())) {
        if (store.isCertificateEntry(alias)) {
          return;
        }
      }
    } catch (GeneralSecurityException e) {
      throw unreadable(what, path, e);
    }
    throw new IdentityException(
        Kind.NO_AUTHORITY,
        what
            + " "
            + path
            + " holds no certificate that is marked as trusted. Java passes over certificates"
            + " without the mark, such as those of openssl pkcs12 -export -nokeys; import the"
            + " authority's certificate with keytool -importcert -file authority.pem -keystore "
            + path.getFileName()
            + " -storetype PKCS12, or mark it with openssl pkcs12 -export -nokeys"
            + " -jdktrust anyExtendedKeyUsage (OpenSSL 3.2 or later)");
  }

  private static char[] password(String what, Path file) {
    try {
      List<String> lines =
          Files.readAllLines(
              readable("password file of the " + what, file), StandardCharsets.UTF_8);
      return lines.isEmpty() ? new char[0] : lines.get(0).toCharArray();
    } catch (IOException e) {
      throw unreadable("password file of the " + what, file, e);
    }
  }

  private static Path readable(String what, Path path) {
    if (path == null || !Files.isRegularFile(path) || !Files.isReadable(path)) {
      throw new IdentityException(
          Kind.MISSING_FILE,
          what
              + " "
              + path
              + " is missing or cannot be read; correct its path in the configuration, or its"
              + " permissions");
    }
    return path;
  }

  private static IdentityException wrongPassword(
      String what, Path path, Path passwordFile, Exception e) {
    return new IdentityException(
        Kind.WRONG_PASSWORD,
        "the password in "
            + passwordFile
            + " does not open the "
            + what
            + " "
            + path
            + "; the first line must be the password alone",
        e);
  }

  private static IdentityException unreadable(String what, Path path, Exception e) {
    return new IdentityException(
        Kind.UNREADABLE, what + " " + path + " cannot be read; is it damaged, or not PKCS12?", e);
  }
}
