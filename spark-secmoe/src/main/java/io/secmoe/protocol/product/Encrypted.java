// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.product;

import io.secmoe.jni.NativeHandle;

/**
 * The ciphertexts at the server of values under the client's key: {@code rows} ciphertexts of
 * {@code columns} slots each, all at one level.
 */
public final class Encrypted extends NativeHandle {
  private final int rows;
  private final int columns;
  private final int level;

  Encrypted(long id, int rows, int columns, int level) {
    super(id);
    this.rows = rows;
    this.columns = columns;
    this.level = level;
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  public int level() {
    return level;
  }
}
