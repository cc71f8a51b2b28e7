// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import java.io.Serializable;

/**
 * The executor's message to the driver that it cannot do its part. Spark itself only says that the
 * executor is lost, and starts another one.
 *
 * @param executor Spark's id of the executor
 * @param reason the reason in one line, without anything secret
 */
record CannotServe(String executor, String reason) implements Serializable {}
