// SPDX-License-Identifier: Apache-2.0
package io.secmoe.lab;

import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.process.StdinWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connect.SparkConnectPlugin;
import org.apache.spark.sql.connect.service.SparkConnectService$;

/**
 * The data owner's Spark as a service for PySpark's thin client: a local Spark with SecMoE's plugin
 * and functions behind a Spark Connect port on loopback, until standard input is closed. On a
 * cluster, Spark's own {@code sbin/start-connect-server.sh} with the same properties does this.
 *
 * <pre>
 * --ready-file FILE   its address and that of its web pages, one a line, once it can be used
 * --properties FILE   configuration
 * </pre>
 */
final class ConnectServer {
  private static final String PLUGINS = "spark.plugins";

  private ConnectServer() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    CommandLine options = new CommandLine(arguments, Set.of("ready-file"), Set.of());
    CountDownLatch stop = new CountDownLatch(1);
    StdinWatch.start(stop::countDown);
    var conf = options.sparkConf();
    conf.set(PLUGINS, conf.get(PLUGINS) + "," + SparkConnectPlugin.class.getName());
    conf.set("spark.connect.grpc.binding.address", "127.0.0.1");
    conf.set("spark.connect.grpc.binding.port", "0");
    try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
      Path ready = Path.of(options.require("ready-file"));
      Path part = ready.resolveSibling(ready.getFileName() + ".part");
      String pages = spark.sparkContext().uiWebUrl().getOrElse(() -> "");
      Files.writeString(
          part, "sc://127.0.0.1:" + SparkConnectService$.MODULE$.localPort() + "\n" + pages);
      Files.move(part, ready, StandardCopyOption.ATOMIC_MOVE);
      stop.await();
    }
  }
}
