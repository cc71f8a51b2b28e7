// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

/** How correlated OTs are made. */
public enum OtExtension {
  /** SoftSpoken (Roy, CRYPTO 2022), 127 bits per correlated OT: what costs least arithmetic. */
  SOFTSPOKEN_1(1, 1024),
  /** SoftSpoken, 63 bits. */
  SOFTSPOKEN_2(2, 1024),
  /** SoftSpoken, 31 bits. */
  SOFTSPOKEN_4(4, 1024),
  /** SoftSpoken, 15 bits. */
  SOFTSPOKEN_8(8, 1024),
  /**
   * Ferret (Yang et al., CCS 2020) on half-trees, 0.4 bits. The set-up sends 134 kB more each way,
   * and a first extension 154 kB more.
   */
  SILENT(0, 4096);

  /** Its number in native code. */
  final int kind;

  /** Correlated OTs are made this many at a time. */
  final long unit;

  OtExtension(int kind, long unit) {
    this.kind = kind;
    this.unit = unit;
  }

  /** The one that is called so: softspoken-1, softspoken-2, softspoken-4, softspoken-8, silent. */
  public static OtExtension named(String name) {
    return Labels.find("OT extension", name, values());
  }

  /** All names. */
  public static String labels() {
    return Labels.all(values());
  }

  public String label() {
    return Labels.of(this);
  }
}
