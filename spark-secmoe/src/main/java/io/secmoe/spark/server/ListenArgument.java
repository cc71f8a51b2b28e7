// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.conf.SecMoeConf;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * The server's {@code --listen HOST[:PORTS]}. One port is the driver's, which clients are told. If
 * it is a range, the driver has the first port and executors have the others, because clients need
 * an address that does not depend on who starts first.
 *
 * @param host the host to bind to
 * @param driver ports of the driver, null if not given
 * @param executors ports of executors, null if not given
 */
record ListenArgument(String host, String driver, String executors) {
  private static final Pattern FORM =
      Pattern.compile("(\\[[^\\]]+]|[^:\\s]+)(?::(\\d{1,5})(?:-(\\d{1,5}))?)?");

  /**
   * @throws ConfException if it is not an address
   */
  static ListenArgument parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()
        || parts.group(3) != null && port(parts.group(3)) <= port(parts.group(2))) {
      throw new ConfException(
          "argument --listen has the value '"
              + text
              + "'; allowed: a host, host:port, or host:first-last with at least two ports, such as"
              + " 0.0.0.0:7433-7440");
    }
    String host = parts.group(1).replaceAll("[\\[\\]]", "");
    return new ListenArgument(
        host,
        parts.group(2),
        parts.group(3) == null ? null : port(parts.group(2)) + 1 + "-" + parts.group(3));
  }

  private static int port(String text) {
    return Integer.parseInt(text);
  }

  void apply(SparkConf conf) {
    conf.set(SecMoeConf.LISTEN_HOST.key(), host);
    if (driver != null) {
      conf.set(SecMoeConf.DRIVER_PORTS.key(), driver);
    }
    if (executors != null) {
      conf.set(SecMoeConf.LISTEN_PORTS.key(), executors);
    }
  }
}
