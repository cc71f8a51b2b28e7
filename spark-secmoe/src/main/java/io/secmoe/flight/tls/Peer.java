// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

/**
 * Who is at the other end, as TLS proved it; no header can claim it.
 *
 * @param subject of the certificate, RFC 2253
 * @param fingerprint of the certificate, see {@link Fingerprint}
 */
public record Peer(String subject, String fingerprint) {}
