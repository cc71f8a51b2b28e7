// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

import java.nio.file.Path;

/**
 * The files of a side's identity. Configuration names files, never their contents.
 *
 * @param keyStore PKCS12, with one private key and its certificate chain
 * @param keyStorePasswordFile its password on the first line
 * @param trustStore PKCS12, with the authorities whose certificates are accepted
 * @param trustStorePasswordFile its password on the first line
 */
public record TlsFiles(
    Path keyStore, Path keyStorePasswordFile, Path trustStore, Path trustStorePasswordFile) {}
