// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.flight.PartyServer;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.TlsIdentity;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.model.layers.ModelDescription;
import io.secmoe.spark.conf.SecMoeConf;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A model that is being served from a Spark application whose session runs {@link ServerPlugin}:
 * the driver's endpoint and the executors' endpoints. Closing it refuses new attempts by name,
 * gives running ones the configured grace, and cancels those that are left.
 */
public final class ModelServer implements AutoCloseable {
  private static final Duration AFTER_CANCEL = Duration.ofSeconds(10);

  private final SecMoeConf conf;
  private final ModelDescription model;
  private final List<String> notes;
  private final Admissions admissions;
  private final PartyServer server;

  /**
   * Loads and checks the model, then opens the endpoint.
   *
   * @param directory directory of the model; executors load it from the same path
   * @throws io.secmoe.model.checkpoint.ModelException if the model cannot be used
   * @throws io.secmoe.spark.conf.ConfException if {@code spark.secmoe.memory} has no room for any
   *     attempt at it
   */
  public ModelServer(JavaSparkContext spark, Path directory) {
    conf = SecMoeConf.of(spark.getConf());
    Path absolute = directory.toAbsolutePath().normalize();
    ServerModel loaded = Models.load(absolute, conf);
    model = loaded.description();
    notes = new ArrayList<>(loaded.notes());
    ServerMemory.check(loaded.layers(), conf.get(SecMoeConf.MEMORY)).ifPresent(notes::add);
    DriverSide driver = DriverSide.current();
    ServedModel offer = new ServedModel(model, absolute.toString(), conf);
    admissions = new Admissions(offer, driver.executors(), new AttemptJobs(spark));
    driver.serve(admissions);
    server =
        Servers.start(
            conf,
            SecMoeConf.DRIVER_PORTS,
            spark.getConf().get("spark.driver.host"),
            TlsIdentity.load(conf.tlsFiles()).forServer(),
            admissions);
    driver.show(this);
  }

  /** Returns the address that clients use, with the certificate they will meet. */
  public Endpoint endpoint() {
    return server.endpoint();
  }

  /**
   * Returns the served model's digest, which a client may pin, see {@link ModelDescription#digest}.
   */
  public String digest() {
    return model.digest();
  }

  /**
   * Returns the digest of the weights alone. It does not depend on what is revealed of the answers.
   */
  public String weightsDigest() {
    return model.weightsDigest();
  }

  /** Returns the model's name. */
  public String name() {
    return model.name();
  }

  /** Returns notes for the model's owner about the way the checkpoint is served. */
  public List<String> notes() {
    return notes;
  }

  /** Returns the time since the last request or the end of the last attempt. */
  public Duration idle() {
    return admissions.idle();
  }

  @Override
  public void close() {
    admissions.refuse();
    try {
      if (!admissions.drain(conf.get(SecMoeConf.SHUTDOWN_GRACE))) {
        admissions.cancelAll();
        admissions.drain(AFTER_CANCEL);
      }
    } catch (InterruptedException e) {
      admissions.cancelAll();
      Thread.currentThread().interrupt();
    } finally {
      admissions.close();
      server.close();
    }
  }
}
