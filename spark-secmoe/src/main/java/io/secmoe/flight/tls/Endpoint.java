// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

import java.util.Optional;

/**
 * The address of a server.
 *
 * @param host name or address to connect to
 * @param port 1 to 65535
 * @param fingerprint fingerprint of the certificate that must answer, see {@link Fingerprint}; null
 *     if any certificate of a trusted authority with the right host name will do
 */
public record Endpoint(String host, int port, String fingerprint) {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException naming the value
   */
  public Endpoint {
    if (host == null || host.isBlank() || host.length() > 253 || host.matches(".*[/@?#\\s].*")) {
      throw new IllegalArgumentException("'" + host + "' is no host name or address");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
    fingerprint =
        fingerprint == null || fingerprint.isBlank() ? null : Fingerprint.parse(fingerprint);
  }

  /**
   * Reads {@code host:port}; an IPv6 address is in brackets.
   *
   * @param fingerprint may be null
   * @throws IllegalArgumentException naming the value
   */
  public static Endpoint parse(String address, String fingerprint) {
    int colon = address.lastIndexOf(':');
    String port = address.substring(colon + 1);
    if (colon < 1 || !port.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("'" + address + "' is no address: write host:port");
    }
    return new Endpoint(
        address.substring(0, colon).replaceAll("^\\[(.*)]$", "$1"),
        Integer.parseInt(port),
        fingerprint);
  }

  /** Returns the fingerprint that must answer, if there is one. */
  public Optional<String> pin() {
    return Optional.ofNullable(fingerprint);
  }

  /** Returns {@code host:port}. */
  public String address() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
