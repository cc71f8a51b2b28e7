// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * The plugin of the server's application, for {@code spark.plugins}: a Flight server in every
 * executor, registered with the driver.
 */
public final class ServerPlugin implements SparkPlugin {
  @Override
  public DriverPlugin driverPlugin() {
    return new DriverSide();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorSide();
  }
}
