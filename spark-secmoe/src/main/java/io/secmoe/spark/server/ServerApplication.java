// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.flight.tls.IdentityException;
import io.secmoe.flight.tls.TlsIdentity;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.memory.MemoryOverhead;
import io.secmoe.spark.process.StdinWatch;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * The model owner's Spark application: serves one model until it is told to stop.
 *
 * <pre>
 * --model DIR             model.safetensors, config.json, calibration.json; the same path
 *                         on driver and executors
 * --listen HOST[:PORTS]   where to bind: PORTS is the driver's port, or FIRST-LAST: the driver's
 *                         and those after it for executors
 * --advertise HOST        the name by which clients reach driver and executors
 * --ready-file FILE       address, fingerprint and model digest, written once clients can come
 * --stop-when-idle S      end when there has been nothing to do for S seconds
 * --stop-on-stdin-close   end when standard input is closed
 * --properties FILE       configuration, see {@link io.secmoe.spark.conf.SecMoeConf}
 * --conf KEY=VALUE        one configuration key
 * </pre>
 *
 * <p>Ctrl-C and SIGTERM end it in good order too: new tickets are refused, running attempts get
 * {@code spark.secmoe.shutdown.grace}.
 */
public final class ServerApplication {
  /** A priority above that of Spark's own hook, which is 50 and takes the context away. */
  private static final int HOOK_PRIORITY = 100;

  private static final long LOOK_MILLIS = 200;

  private ServerApplication() {}

  public static void main(String[] arguments) throws InterruptedException {
    try {
      run(
          new CommandLine(
              arguments,
              Set.of("model", "listen", "advertise", "ready-file", "stop-when-idle"),
              Set.of("stop-on-stdin-close")));
    } catch (ConfException | IdentityException | ModelException | UncheckedIOException e) {
      System.err.println("secmoe server: " + e.getMessage());
      System.exit(2);
    }
  }

  /** Runs the application. Errors in files and configuration are found before Spark starts. */
  private static void run(CommandLine options) throws InterruptedException {
    Path model = Path.of(options.require("model"));
    Duration idleLimit = Duration.ofSeconds(options.number("stop-when-idle", Integer.MAX_VALUE, 1));
    SparkConf conf = configuration(options);
    TlsIdentity.load(SecMoeConf.of(conf).tlsFiles()).forServer();
    MemoryOverhead.check(conf);
    try (JavaSparkContext spark =
        new JavaSparkContext(SparkSession.builder().config(conf).getOrCreate().sparkContext())) {
      ModelServer server = new ModelServer(spark, model);
      CountDownLatch stop = new CountDownLatch(1);
      CountDownLatch stopped = new CountDownLatch(1);
      stopOnSignal(stop, stopped);
      if (options.has("stop-on-stdin-close")) {
        StdinWatch.start(stop::countDown);
      }
      try {
        serve(server, options, stop, idleLimit);
        System.out.println("secmoe server: stopped");
      } finally {
        stopped.countDown();
      }
    }
  }

  private static void serve(
      ModelServer model, CommandLine options, CountDownLatch stop, Duration idleLimit)
      throws InterruptedException {
    try (ModelServer server = model) {
      ReadyFile ready = new ReadyFile(server.endpoint(), server.digest(), server.weightsDigest());
      options.get("ready-file").ifPresent(file -> ready.write(Path.of(file)));
      server.notes().forEach(note -> System.out.println("secmoe server: " + note));
      System.out.println("secmoe server ready: model '" + server.name() + "', " + ready);
      while (!stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)
          && server.idle().compareTo(idleLimit) < 0) {
        // This thread only waits: Flight's threads and Spark do the work.
      }
      System.out.println(
          "secmoe server: stopping; running attempts have "
              + SecMoeConf.SHUTDOWN_GRACE.key()
              + " to end");
    }
  }

  private static SparkConf configuration(CommandLine options) {
    SparkConf conf = options.sparkConf();
    options.get("listen").ifPresent(text -> ListenArgument.parse(text).apply(conf));
    options.get("advertise").ifPresent(host -> conf.set(SecMoeConf.ADVERTISED_HOST.key(), host));
    conf.setIfMissing("spark.app.name", "secmoe-server");
    conf.setIfMissing("spark.master", "local[*,4]");
    conf.setIfMissing("spark.scheduler.mode", "FAIR");
    String plugins = conf.get("spark.plugins", "");
    if (!plugins.contains(ServerPlugin.class.getName())) {
      conf.set(
          "spark.plugins",
          plugins.isEmpty()
              ? ServerPlugin.class.getName()
              : plugins + "," + ServerPlugin.class.getName());
    }
    return conf;
  }

  private static void stopOnSignal(CountDownLatch stop, CountDownLatch stopped) {
    ShutdownHookManager.get()
        .addShutdownHook(
            () -> {
              stop.countDown();
              try {
                stopped.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            HOOK_PRIORITY,
            1,
            TimeUnit.HOURS);
  }
}
