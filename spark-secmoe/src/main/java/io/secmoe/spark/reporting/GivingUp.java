// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.reporting;

import java.io.Serializable;

/**
 * A task's last message to the driver: repeating it cannot help.
 *
 * @param outdated digest of a model that the server does not have any more; null if that is not the
 *     reason
 */
public record GivingUp(int stage, String message, String outdated) implements Serializable {}
