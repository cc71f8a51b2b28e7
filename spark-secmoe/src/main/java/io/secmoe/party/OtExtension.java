// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

/** The ways to make correlated OTs. */
public enum OtExtension {
  /** SoftSpoken (Roy, CRYPTO 2022), 127 bits per correlated OT: the least arithmetic. */
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

  /** The number of the kind in native code. */
  final int kind;

  /** The number of correlated OTs that are made at a time. */
  final long unit;

  OtExtension(int kind, long unit) {
    this.kind = kind;
    this.unit = unit;
  }

  /**
   * Returns the kind with this name: softspoken-1, softspoken-2, softspoken-4, softspoken-8,
   * silent.
   */
  public static OtExtension named(String name) {
    return Labels.find("OT extension", name, values());
  }

  /** Returns all names. */
  public static String labels() {
    return Labels.all(values());
  }

  public String label() {
    return Labels.of(this);
  }
}
