// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

/**
 * The party at the other end, as TLS proved it. No header can claim it.
 *
 * @param subject subject of the certificate, RFC 2253
 * @param fingerprint fingerprint of the certificate, see {@link Fingerprint}
 */
public record Peer(String subject, String fingerprint) {}
