// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

/**
 * A configuration that cannot be used. The message names the key, the value and the allowed values.
 */
public final class ConfException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public ConfException(String message) {
    super(message);
  }

  static ConfException of(String key, String value, String allowed) {
    return new ConfException(
        "configuration key " + key + " has the value '" + value + "'; allowed: " + allowed);
  }
}
