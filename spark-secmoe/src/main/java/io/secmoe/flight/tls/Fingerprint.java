// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.HexFormat;
import java.util.Locale;

/** SHA-256 of a certificate's DER encoding, as 64 lower-case hexadecimal digits. */
public final class Fingerprint {
  private Fingerprint() {}

  /** Returns the fingerprint of a certificate. */
  public static String of(Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException("a certificate in use has no SHA-256 fingerprint", e);
    }
  }

  /**
   * Returns the canonical form of a text that a person wrote: colons, blanks and upper case are
   * allowed.
   *
   * @throws IllegalArgumentException if there are not 64 hexadecimal digits
   */
  public static String parse(String text) {
    String digits = text.replaceAll("[:\\s]", "").toLowerCase(Locale.ROOT);
    if (!digits.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no SHA-256 fingerprint: 64 hexadecimal digits, colons allowed");
    }
    return digits;
  }
}
