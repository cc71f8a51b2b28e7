// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.flight.tls.DemoCertificates;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.flight.tls.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Certificates for the whole test run, made once: two parties of one authority, and a stranger of
 * another.
 */
public final class TestCertificates {
  private static TestCertificates shared;

  public final DemoCertificates authority;
  public final TlsFiles serverFiles;
  public final TlsIdentity server;
  public final TlsIdentity client;
  public final TlsIdentity otherClient;
  public final TlsFiles strangerFiles;
  public final TlsIdentity stranger;

  private TestCertificates(Path folder) throws IOException {
    authority = DemoCertificates.authority(folder.resolve("a"), "CN=Test Authority");
    serverFiles = authority.issue("server", "CN=server,O=Test");
    server = TlsIdentity.load(serverFiles);
    client = TlsIdentity.load(authority.issue("client", "CN=client,O=Test"));
    otherClient = TlsIdentity.load(authority.issue("other", "CN=other,O=Test"));
    strangerFiles =
        DemoCertificates.authority(folder.resolve("b"), "CN=Test Authority")
            .issue("stranger", "CN=client,O=Test");
    stranger = TlsIdentity.load(strangerFiles);
  }

  /** Returns the shared set; its files go when the JVM does. */
  public static synchronized TestCertificates get() {
    try {
      if (shared == null) {
        Path folder = Files.createTempDirectory("secmoe-certificates");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
        shared = new TestCertificates(folder);
      }
      return shared;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
