// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

import io.secmoe.flight.Limits;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.model.layers.CapacityRule;
import io.secmoe.model.layers.Output;
import io.secmoe.moe.Strategy;
import io.secmoe.party.Comparison;
import io.secmoe.party.OtExtension;
import io.secmoe.party.Profile;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Every configuration key of SecMoE, declared once, and one validated set of values. It holds
 * public values only: addresses, paths and limits. Passwords are in files, and the values are the
 * files' paths. Serializable, so that closures may carry it.
 */
public final class SecMoeConf implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String PREFIX = "spark.secmoe.";
  private static final String HEX_256 = "[0-9a-fA-F]{64}";
  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final Duration DAY = Duration.ofDays(1);

  public static final Setting<String> LISTEN_HOST =
      new Setting<>(
          PREFIX + "listen.host",
          "0.0.0.0",
          "a host name or address",
          "Server: the address to which its Flight servers bind.",
          Parsers.matching("\\S+"));
  public static final Setting<PortRange> LISTEN_PORTS =
      new Setting<>(
          PREFIX + "listen.ports",
          "0",
          "0, a port, or first-last",
          "Server: the ports that its executors' Flight servers try in order. With 0 the system"
              + " chooses.",
          PortRange::parse);
  public static final Setting<PortRange> DRIVER_PORTS =
      new Setting<>(
          PREFIX + "listen.driverPorts",
          "0",
          "0, a port, or first-last",
          "Server: the ports that its driver's Flight server tries in order. Clients are given the"
              + " driver's address. With 0 the system chooses another port at every start, and"
              + " clients cannot find a restarted server, so set one port.",
          PortRange::parse);
  public static final Setting<Optional<String>> ADVERTISED_HOST =
      new Setting<>(
          PREFIX + "advertised.host",
          "",
          "a host name or address, or nothing for Spark's own name of the machine",
          "Server: the name under which clients reach this machine.",
          Parsers.optional("\\S+"));
  public static final Setting<Long> MEMORY =
      new Setting<>(
          PREFIX + "memory",
          "2g",
          "a size of at least 64m, such as 2g",
          "Both: the native memory that attempts of one executor may plan with. Attempts beyond it"
              + " wait.",
          Parsers.bytes(64L << 20));
  public static final Setting<Integer> QUEUE_LENGTH =
      new Setting<>(
          PREFIX + "queue.length",
          "1024",
          "a number from 1 to 1000000",
          "Server: the number of attempts that may wait for a task slot. Every client may have one"
              + " place. It gets further ones while it holds fewer than are free, and asks again"
              + " until then.",
          Parsers.integer(1, 1_000_000));
  public static final Setting<Optional<Path>> KEY_STORE =
      new Setting<>(
          PREFIX + "tls.keyStore",
          "",
          "a path",
          "This party's certificate and private key (PKCS12).",
          Parsers.path());
  public static final Setting<Optional<Path>> KEY_STORE_PASSWORD_FILE =
      new Setting<>(
          PREFIX + "tls.keyStorePasswordFile",
          "",
          "a path",
          "The file with the key store's password on its first line.",
          Parsers.path());
  public static final Setting<Optional<Path>> TRUST_STORE =
      new Setting<>(
          PREFIX + "tls.trustStore",
          "",
          "a path",
          "The certificates of the authorities that this party trusts (PKCS12).",
          Parsers.path());
  public static final Setting<Optional<Path>> TRUST_STORE_PASSWORD_FILE =
      new Setting<>(
          PREFIX + "tls.trustStorePasswordFile",
          "",
          "a path",
          "The file with the trust store's password on its first line.",
          Parsers.path());
  public static final Setting<Optional<String>> SERVER_ADDRESS =
      new Setting<>(
          PREFIX + "server.address",
          "",
          "host:port",
          "Client: the address of the server's driver.",
          Parsers.address());
  public static final Setting<Optional<String>> SERVER_FINGERPRINT =
      new Setting<>(
          PREFIX + "server.fingerprint",
          "",
          "64 hexadecimal digits, or nothing",
          "Client: the SHA-256 of the server's certificate. Only this certificate is accepted then,"
              + " and the host name is not verified.",
          Parsers.optional(HEX_256));
  public static final Setting<Optional<String>> MODEL_DIGEST =
      new Setting<>(
          PREFIX + "model.digest",
          "",
          "64 hexadecimal digits, or nothing for any model",
          "Client: the digest of the only model to talk to. It covers the weights and everything"
              + " else that the server describes, including what is revealed.",
          Parsers.optional(HEX_256));
  public static final Setting<Strategy> STRATEGY =
      new Setting<>(
          PREFIX + "strategy",
          "select",
          "select, all, parameters",
          "Client: how experts are evaluated. select: Select-Then-Compute with inputs first. all:"
              + " all experts, with an oblivious selection afterwards. parameters:"
              + " Select-Then-Compute with parameters first.",
          Parsers.choice(Strategy.class));
  public static final Setting<Integer> BATCH_ROWS =
      new Setting<>(
          PREFIX + "batch.rows",
          "8192",
          "a number from 1 to 8192",
          "Client: the most rows in one batch.",
          Parsers.integer(1, 8192));
  public static final Setting<Optional<Integer>> BATCH_LENGTH =
      new Setting<>(
          PREFIX + "batch.length",
          "",
          "a number from 1 to 8192, or nothing for the length of a batch's longest row, rounded up"
              + " to a power of two",
          "Client: the number of tokens that rows are padded to. The server sees it. A batch has up"
              + " to 8192 tokens, padding included.",
          Parsers.optional(Parsers.integer(1, 8192)));
  public static final Setting<Rebalance> BATCH_REBALANCE =
      new Setting<>(
          PREFIX + "batch.rebalance",
          "true",
          "true, always, false",
          "Client: whether rows are dealt out anew to partitions that fill their batches, by the"
              + " number of rows alone. true: inputs of more than two partitions, unless you asked"
              + " for an order or a partitioning. always: all inputs, so that partitions tell the"
              + " server nothing but the number of rows. false: never.",
          Parsers.choice(Rebalance.class));
  public static final Setting<Boolean> FEATURES_PAD =
      new Setting<>(
          PREFIX + "features.pad",
          "false",
          "true, false",
          "Client: whether rows with too few features are filled up with zeros. Otherwise they are"
              + " errors.",
          Parsers.flag());
  public static final Setting<RowsOutOfRange> ROWS_OUT_OF_RANGE =
      new Setting<>(
          PREFIX + "rows.outOfRange",
          "null",
          "null, error",
          "Client: the handling of rows that leave the model's calibrated ranges. Their results"
              + " would mean nothing. null: they get null predictions. error: the query ends with"
              + " an error that names the first of them.",
          Parsers.choice(RowsOutOfRange.class));
  public static final Setting<RowsInvalid> ROWS_INVALID =
      new Setting<>(
          PREFIX + "rows.invalid",
          "error",
          "error, null",
          "Client: the handling of rows whose input the model does not take, such as one with too"
              + " many tokens or a NaN. error: the query ends with an error, before anything is"
              + " sent if its input can be read twice at little cost. null: they are not sent and"
              + " get null predictions, and tables of predictions have a column null_reason.",
          Parsers.choice(RowsInvalid.class));
  public static final Setting<Optional<Path>> TOKENIZER =
      new Setting<>(
          PREFIX + "text.vocabulary",
          "",
          "a path",
          "Client: the model's tokenizer.json, for columns of text. It needs the same path on all"
              + " executors, which turn the texts into tokens.",
          Parsers.path());
  public static final Setting<Optional<Path>> EMBEDDING_TABLE =
      new Setting<>(
          PREFIX + "embedding.table",
          "",
          "a path",
          "Client: the file of the model's embedding table, if its owner has published it. It needs"
              + " the same path on all executors.",
          Parsers.path());
  public static final Setting<Boolean> EMBEDDING_PUBLISHED =
      new Setting<>(
          PREFIX + "embedding.published",
          "false",
          "true, false",
          "Server: whether the embedding's table is published. Clients then look tokens up in a"
              + " file of it, and the private look-up is saved.",
          Parsers.flag());
  public static final Setting<Integer> BATCH_RETRIES =
      new Setting<>(
          PREFIX + "batch.retries",
          "3",
          "a number from 0 to 100",
          "Client: how often a lost attempt is repeated inside the task, with fresh randomness.",
          Parsers.integer(0, 100));
  public static final Setting<Duration> ATTEMPT_TIMEOUT =
      new Setting<>(
          PREFIX + "attempt.timeout",
          "60s",
          "a time from 100ms to 24h, such as 60s",
          "Both: the time after which an attempt is lost because the peer's machine or process does"
              + " not respond any more.",
          Parsers.duration(MOMENT, DAY));
  public static final Setting<Duration> ATTEMPT_SILENCE =
      new Setting<>(
          PREFIX + "attempt.silence",
          "30min",
          "a time from 100ms to 24h, such as 30min",
          "Both: the longest time that a living peer may compute without sending or reading a"
              + " byte.",
          Parsers.duration(MOMENT, DAY));
  public static final Setting<Duration> TICKET_DEADLINE =
      new Setting<>(
          PREFIX + "ticket.deadline",
          "1h",
          "a time from 100ms to 24h, such as 1h",
          "Client: the longest wait in the server's queue, or for a place in it.",
          Parsers.duration(MOMENT, DAY));
  public static final Setting<Duration> SERVER_WAIT =
      new Setting<>(
          PREFIX + "server.wait",
          "5min",
          "a time from 0s to 24h, such as 5min",
          "Client: how long a task waits for a server that is shut down, restarting or out of"
              + " reach, without using up batch.retries. A query that begins when nobody answers"
              + " fails at once.",
          Parsers.duration(Duration.ZERO, DAY));
  public static final Setting<Duration> SHUTDOWN_GRACE =
      new Setting<>(
          PREFIX + "shutdown.grace",
          "30s",
          "a time from 0s to 24h, such as 30s",
          "Server: how long running attempts may go on after shutdown begins.",
          Parsers.duration(Duration.ZERO, DAY));
  public static final Setting<Optional<Integer>> NATIVE_THREADS =
      new Setting<>(
          PREFIX + "native.threads",
          "",
          "a number from 1 to 1024, or nothing for spark.task.cpus",
          "Both: the number of native threads of one attempt.",
          text ->
              text.isEmpty()
                  ? Optional.empty()
                  : Optional.of(Parsers.integer(1, 1024).apply(text)));
  public static final Setting<Output> OUTPUT =
      new Setting<>(
          PREFIX + "output",
          "logits",
          "logits, label, embeddings",
          "Server: what inferences reveal to the client. logits: all logits. label: only the label."
              + " embeddings: the embeddings, and no label.",
          Parsers.choice(Output.class));
  public static final Setting<CapacityRule> EXPERT_CAPACITY =
      new Setting<>(
          CapacityRule.KEY,
          "library",
          "library, drop, never",
          "Server: the handling of a row's tokens beyond the capacity of the expert they choose, in"
              + " calibration as well. library: as in the transformers version that config.json"
              + " names. drop: the expert adds nothing to them. never: experts take all tokens.",
          Parsers.choice(CapacityRule.class));
  public static final Setting<OtExtension> OT =
      new Setting<>(
          PREFIX + "ot",
          "silent",
          OtExtension.labels(),
          "Server: how correlated OTs are made. softspoken-k: SoftSpoken OT with 128/k bits for"
              + " each; a larger k saves bytes and costs hashing. silent: silent OT, with 0.4 bits"
              + " for each and more arithmetic.",
          OtExtension::named);
  public static final Setting<Long> OT_MEMORY =
      new Setting<>(
          PREFIX + "ot.memory",
          "32m",
          "a size from 1m to 64g, such as 128m",
          "Server: the memory for silent OTs that an attempt has made ahead, at each party. A"
              + " protocol step that needs more than this at once may exceed the limit.",
          Parsers.bytes(1L << 20, 64L << 30));
  public static final Setting<Optional<Comparison>> COMPARISON =
      new Setting<>(
          PREFIX + "comparison",
          "",
          Comparison.labels()
              + ", or nothing for tree-2 with silent OT and tree-4 with SoftSpoken OT",
          "Server: the form of comparisons. tree-2 and tree-4: a tree of ANDs over leaves of two or"
              + " four bits, with few rounds. ripple: bit by bit. It saves a third of the bytes but"
              + " needs as many rounds as bits, so choose it only on networks with low latency.",
          Parsers.optional(Comparison::named));
  public static final Setting<Optional<Boolean>> PROGRESS_CONSOLE =
      new Setting<>(
          PREFIX + "progress.console",
          "",
          "true, false, or nothing for the value of spark.ui.showConsoleProgress; if that is not"
              + " set either, for true on a terminal",
          "Client: whether the driver prints progress on standard error, with places in the"
              + " server's queue.",
          Parsers.optionalFlag());

  /** All keys, for validation and documentation. */
  public static final List<Setting<?>> ALL =
      List.of(
          LISTEN_HOST,
          LISTEN_PORTS,
          DRIVER_PORTS,
          ADVERTISED_HOST,
          MEMORY,
          QUEUE_LENGTH,
          KEY_STORE,
          KEY_STORE_PASSWORD_FILE,
          TRUST_STORE,
          TRUST_STORE_PASSWORD_FILE,
          SERVER_ADDRESS,
          SERVER_FINGERPRINT,
          MODEL_DIGEST,
          STRATEGY,
          BATCH_ROWS,
          BATCH_LENGTH,
          BATCH_REBALANCE,
          FEATURES_PAD,
          ROWS_OUT_OF_RANGE,
          ROWS_INVALID,
          TOKENIZER,
          EMBEDDING_TABLE,
          EMBEDDING_PUBLISHED,
          BATCH_RETRIES,
          ATTEMPT_TIMEOUT,
          ATTEMPT_SILENCE,
          TICKET_DEADLINE,
          SERVER_WAIT,
          SHUTDOWN_GRACE,
          NATIVE_THREADS,
          OUTPUT,
          EXPERT_CAPACITY,
          OT,
          OT_MEMORY,
          COMPARISON,
          PROGRESS_CONSOLE);

  private static final Function<String, Integer> CPUS = Parsers.integer(1, 1024);

  private final TreeMap<String, String> texts;
  private final int taskCpus;

  private SecMoeConf(TreeMap<String, String> texts, int taskCpus) {
    this.texts = texts;
    this.taskCpus = taskCpus;
  }

  /**
   * Takes SecMoE's keys out of Spark's configuration and checks all of them.
   *
   * @throws ConfException for a value that is not allowed, an unknown key under {@code
   *     spark.secmoe.}, or speculation
   */
  public static SecMoeConf of(SparkConf spark) {
    if (Boolean.parseBoolean(spark.get("spark.speculation", "false"))) {
      throw new ConfException(
          "configuration key spark.speculation has the value 'true'; allowed: false, because two"
              + " copies of a task would end each other's attempts at the same batch");
    }
    TreeMap<String, String> texts = new TreeMap<>();
    for (Tuple2<String, String> entry : spark.getAll()) {
      if (entry._1().startsWith(PREFIX)) {
        texts.put(entry._1(), entry._2());
      }
    }
    return of(texts, CPUS.apply(spark.get("spark.task.cpus", "1")));
  }

  /**
   * Reads the values for one session. Values set with {@code spark.conf.set} override Spark's
   * configuration.
   */
  public static SecMoeConf of(SparkSession session) {
    SparkConf conf = session.sparkContext().conf().clone();
    scala.jdk.javaapi.CollectionConverters.asJava(session.conf().getAll()).forEach(conf::set);
    return of(conf);
  }

  /** Reads the values from texts by full key name. */
  public static SecMoeConf of(Map<String, String> texts, int taskCpus) {
    for (String key : texts.keySet()) {
      if (ALL.stream().noneMatch(setting -> setting.key().equals(key))) {
        List<String> known = ALL.stream().map(Setting::key).toList();
        throw new ConfException(
            "configuration key "
                + key
                + " is unknown; "
                + Nearest.of(key, known)
                    .map(near -> "did you mean " + near + "?")
                    .orElse("allowed: " + String.join(", ", known)));
      }
    }
    SecMoeConf conf = new SecMoeConf(new TreeMap<>(texts), taskCpus);
    ALL.forEach(conf::get);
    return conf;
  }

  /** Returns these values with some changed, by full key name. They are checked again. */
  public SecMoeConf with(Map<String, String> changes) {
    TreeMap<String, String> changed = new TreeMap<>(texts);
    changed.putAll(changes);
    return of(changed, taskCpus);
  }

  public <T> T get(Setting<T> setting) {
    return setting.value(texts.get(setting.key()));
  }

  /** Returns a value that this side cannot do without. */
  public <T> T require(Setting<Optional<T>> setting) {
    return get(setting)
        .orElseThrow(
            () ->
                new ConfException(
                    "configuration key "
                        + setting.key()
                        + " is not set; it needs "
                        + setting.allowed()
                        + ": "
                        + setting.meaning()));
  }

  /** Returns the values that limit connections. */
  public Limits limits() {
    Duration death = get(ATTEMPT_TIMEOUT);
    Duration connect =
        death.compareTo(Limits.DEFAULT.connect()) < 0 ? death : Limits.DEFAULT.connect();
    return new Limits(death, get(ATTEMPT_SILENCE), connect);
  }

  /** Returns the files of this party's identity. */
  public TlsFiles tlsFiles() {
    return new TlsFiles(
        require(KEY_STORE),
        require(KEY_STORE_PASSWORD_FILE),
        require(TRUST_STORE),
        require(TRUST_STORE_PASSWORD_FILE));
  }

  /** Returns the server's driver, pinned if a fingerprint is configured. */
  public Endpoint server() {
    return Endpoint.parse(require(SERVER_ADDRESS), get(SERVER_FINGERPRINT).orElse(null));
  }

  /** Returns the cryptographic parameters that a server offers. */
  public Profile profile() {
    return new Profile(
        Profile.DEFAULT.primeBits(),
        Profile.DEFAULT.t(),
        get(OT),
        get(OT_MEMORY),
        get(COMPARISON).orElse(Comparison.suiting(get(OT))));
  }

  /** Returns the native threads of one attempt. */
  public int nativeThreads() {
    return get(NATIVE_THREADS).orElse(taskCpus);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SecMoeConf that
        && texts.equals(that.texts)
        && taskCpus == that.taskCpus;
  }

  @Override
  public int hashCode() {
    return texts.hashCode();
  }
}
