// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import java.io.Serializable;

/**
 * What an executor tells the driver when it cannot do its part: Spark only says that it is lost,
 * and starts another one.
 *
 * @param executor Spark's id of it
 * @param reason in one line, without anything secret
 */
record CannotServe(String executor, String reason) implements Serializable {}
