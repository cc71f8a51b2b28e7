// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.flight.tls.Endpoint;
import io.secmoe.spark.conf.SecMoeConf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The values by which a client reaches and pins this server, as the client's own configuration
 * keys, one a line. The client can use the file as properties.
 *
 * @param digest the digest of the served model, which a client may pin
 * @param weightsDigest the digest of the weights alone, for people
 */
record ReadyFile(Endpoint endpoint, String digest, String weightsDigest) {
  /** Writes the file as a whole or not at all. */
  void write(Path file) {
    try {
      Path absolute = file.toAbsolutePath();
      Files.createDirectories(absolute.getParent());
      Path part =
          Files.createTempFile(absolute.getParent(), absolute.getFileName().toString(), ".part");
      Files.writeString(
          part,
          String.join(
                  "\n",
                  line(SecMoeConf.SERVER_ADDRESS.key(), endpoint.address()),
                  line(SecMoeConf.SERVER_FINGERPRINT.key(), endpoint.fingerprint()),
                  line(SecMoeConf.MODEL_DIGEST.key(), digest))
              + "\n");
      Files.move(
          part, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("the ready file " + file + " cannot be written", e);
    }
  }

  private static String line(String key, String value) {
    return key + " " + value;
  }

  @Override
  public String toString() {
    return "address "
        + endpoint.address()
        + ", fingerprint "
        + endpoint.fingerprint()
        + ", model digest "
        + digest
        + " (of weights with digest "
        + weightsDigest
        + ")";
  }
}
