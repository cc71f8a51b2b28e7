// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark;

import io.secmoe.flight.tls.DemoCertificates;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.spark.client.ClientPlugin;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.server.ModelServer;
import io.secmoe.spark.server.ServerPlugin;
import io.secmoe.spark.task.SecMoeKryo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;

/**
 * Both parties on one Spark context in this JVM, each with its own certificate; they talk over
 * Flight as they would across clusters.
 */
public final class Parties implements AutoCloseable {
  /** Every class that crosses tasks must be registered. */
  public static final Map<String, String> KRYO =
      Map.of(
          "spark.serializer",
          KryoSerializer.class.getName(),
          "spark.kryo.registrator",
          SecMoeKryo.class.getName(),
          "spark.kryo.registrationRequired",
          "true");

  private final SparkSession spark;
  private ModelServer server;
  private final TlsFiles client;
  private final TlsFiles other;

  /**
   * Starts both.
   *
   * @param folder for certificates
   * @param model the server's
   * @param settings of the Spark context, stronger than the defaults
   */
  public Parties(Path folder, Path model, Map<String, String> settings) throws IOException {
    DemoCertificates authority =
        DemoCertificates.authority(folder.resolve("certificates"), "CN=Test Authority");
    client = authority.issue("client", "CN=client,O=Test");
    other = authority.issue("other", "CN=other,O=Test");
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("parties")
            .master("local[6,4]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.scheduler.mode", "FAIR")
            .config("spark.sql.shuffle.partitions", "2")
            .config(
                "spark.plugins", ServerPlugin.class.getName() + "," + ClientPlugin.class.getName())
            .config(SecMoeConf.LISTEN_HOST.key(), "127.0.0.1")
            .config(SecMoeConf.ADVERTISED_HOST.key(), "127.0.0.1")
            .config(SecMoeConf.SHUTDOWN_GRACE.key(), "0s");
    tls(authority.issue("server", "CN=server,O=Test")).forEach(builder::config);
    KRYO.forEach(builder::config);
    settings.forEach(builder::config);
    spark = builder.getOrCreate();
    try {
      server = new ModelServer(new JavaSparkContext(spark.sparkContext()), model);
    } finally {
      if (server == null) {
        spark.stop();
      }
    }
  }

  /**
   * Ends the server and starts one with another model, at the same address if {@code
   * spark.secmoe.listen.driverPorts} names a port.
   */
  public void renew(Path model) {
    server.close();
    server = new ModelServer(new JavaSparkContext(spark.sparkContext()), model);
  }

  public SparkSession spark() {
    return spark;
  }

  public ModelServer server() {
    return server;
  }

  /** Returns the client's configuration, with changes. */
  public SecMoeConf client(Map<String, String> changes) {
    return SecMoeConf.of(clientTexts(changes), 1);
  }

  /** Makes the session the client's: what SQL functions and the data source read. */
  public void configure(SparkSession session, Map<String, String> changes) {
    clientTexts(changes).forEach(session.conf()::set);
  }

  /**
   * Returns a new session on the same context whose configuration is the client's, with changes; it
   * is the active one from now on.
   */
  public SparkSession clientSession(Map<String, String> changes) {
    SparkSession session = spark.newSession();
    configure(session, changes);
    SparkSession.setActiveSession(session);
    return session;
  }

  private Map<String, String> clientTexts(Map<String, String> changes) {
    Map<String, String> texts = new HashMap<>(tls(client));
    texts.put(SecMoeConf.SERVER_ADDRESS.key(), server.endpoint().address());
    texts.put(SecMoeConf.SERVER_FINGERPRINT.key(), server.endpoint().fingerprint());
    texts.put(SecMoeConf.MODEL_DIGEST.key(), server.digest());
    texts.putAll(changes);
    return texts;
  }

  /** Returns the client's certificate. */
  public TlsFiles clientFiles() {
    return client;
  }

  /** Returns another client's certificate. */
  public TlsFiles otherFiles() {
    return other;
  }

  /** Returns a party's files as configuration. */
  public static Map<String, String> tls(TlsFiles files) {
    return Map.of(
        SecMoeConf.KEY_STORE.key(),
        files.keyStore().toString(),
        SecMoeConf.KEY_STORE_PASSWORD_FILE.key(),
        files.keyStorePasswordFile().toString(),
        SecMoeConf.TRUST_STORE.key(),
        files.trustStore().toString(),
        SecMoeConf.TRUST_STORE_PASSWORD_FILE.key(),
        files.trustStorePasswordFile().toString());
  }

  @Override
  public void close() {
    server.close();
    spark.stop();
  }
}
