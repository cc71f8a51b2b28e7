// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import java.io.Serializable;
import java.util.UUID;

/**
 * The executor's message to the driver that its Flight server is up.
 *
 * @param executor Spark's id of the executor
 * @param host advertised name
 * @param port port of the Flight server
 * @param fingerprint SHA-256 of its certificate, hexadecimal
 * @param incarnation drawn when the executor's plugin started, so that a claim of a lost executor
 *     is not taken for its successor's
 */
record Registration(String executor, String host, int port, String fingerprint, UUID incarnation)
    implements Serializable {}
