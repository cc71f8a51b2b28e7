// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.PartyServer;
import io.secmoe.flight.tls.TlsIdentity;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.party.Binding;
import io.secmoe.party.Tickets;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.memory.MemoryBudget;
import io.secmoe.spark.memory.MemoryOverhead;
import io.secmoe.spark.metrics.ServerMetrics;
import io.secmoe.spark.process.CodeVersion;
import io.secmoe.spark.process.NativeCheck;
import io.secmoe.spark.task.TaskWatch;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.storage.BlockManagerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugin's part in an executor: its Flight server, the models it has loaded, its memory budget,
 * and the attempts that run. In local mode it shares the driver's JVM and works in the same way.
 */
final class ExecutorSide implements ExecutorPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorSide.class);

  /**
   * The instance that Spark made, so that tasks can find it. An executor has one, and a JVM has one
   * executor.
   */
  private static volatile ExecutorSide current;

  private final UUID incarnation = UUID.randomUUID();
  private final Models models = new Models();
  private PluginContext context;
  private SecMoeConf conf;
  private TlsIdentity identity;
  private MemoryBudget budget;
  private ServerMetrics metrics;
  private Tickets<Rendezvous> tickets;
  private PartyServer server;

  @Override
  public void init(PluginContext plugin, Map<String, String> extra) {
    context = plugin;
    try {
      NativeCheck.load();
      MemoryOverhead.check(plugin.conf());
      open(plugin);
    } catch (RuntimeException e) {
      ask(new CannotServe(plugin.executorID(), e.getMessage()));
      throw e;
    }
  }

  private void open(PluginContext plugin) {
    conf = SecMoeConf.of(plugin.conf());
    identity = TlsIdentity.load(conf.tlsFiles()).forServer();
    budget = new MemoryBudget(conf.get(SecMoeConf.MEMORY));
    metrics = new ServerMetrics(plugin.metricRegistry(), budget::reserved);
    tickets = new Tickets<>(conf.get(SecMoeConf.ATTEMPT_TIMEOUT));
    server =
        Servers.start(
            conf, SecMoeConf.LISTEN_PORTS, machine(plugin), identity, new Conversations(tickets));
    current = this;
    ask(
        new Registration(
            plugin.executorID(),
            server.endpoint().host(),
            server.endpoint().port(),
            identity.fingerprint(),
            incarnation));
  }

  /**
   * Returns Spark's name of this machine. The context has a host name on the driver only, where the
   * executor of local mode is.
   */
  private static String machine(PluginContext plugin) {
    BlockManagerId id = SparkEnv.get().blockManager().blockManagerId();
    return id == null ? plugin.hostname() : id.host();
  }

  static ExecutorSide current() {
    ExecutorSide side = current;
    if (side == null) {
      throw new IllegalStateException(
          "this executor runs without the server's plugin; set spark.plugins to "
              + ServerPlugin.class.getName());
    }
    return side;
  }

  /**
   * Serves one attempt on the task's thread. The task ends well whatever happens to the attempt.
   */
  void serve(AttemptTask attempt, TaskContext task) {
    try {
      try (MemoryBudget.Reservation room =
          budget.reserve(attempt.peakBytes(), task::isInterrupted)) {
        if (room != null) {
          claimAndServe(attempt, task);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("Attempt {} ended: {}", attempt.group(), e.toString());
    }
  }

  private void claimAndServe(AttemptTask attempt, TaskContext task) throws InterruptedException {
    ServerModel model = load(attempt);
    if (model == null) {
      return;
    }
    Rendezvous meeting = new Rendezvous();
    byte[] ticket = tickets.issue(attempt.batch().client(), meeting);
    try {
      if (!ask(new Claim(attempt.batch(), attempt.epoch(), incarnation, ticket, null))) {
        return;
      }
      FrameTransport transport = meeting.await(ServedModel.arrival(conf));
      if (transport == null) {
        metrics.lost(0);
        LOG.warn("Attempt {}: the client did not come for its conversation", attempt.group());
        return;
      }
      converse(attempt, task, model, transport);
    } finally {
      meeting.end();
    }
  }

  private void converse(
      AttemptTask attempt, TaskContext task, ServerModel model, FrameTransport transport) {
    ServerConversation conversation = new ServerConversation(transport);
    boolean served = false;
    try {
      TaskWatch.during(
          task,
          () -> conversation.cancel("the server cancelled the attempt"),
          () -> {
            conversation.run(
                binding(attempt, model),
                model,
                attempt.shape(),
                attempt.strategy(),
                conf.nativeThreads());
            return null;
          });
      metrics.served(conversation.meter());
      served = true;
    } finally {
      if (!served) {
        metrics.lost(conversation.meter().totalSent() + conversation.meter().totalReceived());
      }
    }
  }

  private Binding binding(AttemptTask attempt, ServerModel model) {
    return new Binding(
        Binding.Role.SERVER,
        identity.fingerprint(),
        attempt.batch().client(),
        attempt.digest(),
        model.layers().profile(),
        CodeVersion.text(),
        attempt.identity(),
        attempt.strategy().name());
  }

  /**
   * Returns the model that the driver described, or null after telling the driver why there is none
   * here.
   */
  private ServerModel load(AttemptTask attempt) {
    String refusal;
    try {
      ServerModel model = models.get(attempt.directory(), conf);
      if (model.description().digest().equals(attempt.digest())) {
        return model;
      }
      refusal =
          "an executor finds another model than the driver described; the model's directory must"
              + " hold the same files everywhere";
    } catch (RuntimeException e) {
      LOG.warn("The model cannot be loaded here", e);
      refusal = "an executor cannot load the model; see its log";
    }
    ask(new Claim(attempt.batch(), attempt.epoch(), incarnation, null, refusal));
    return null;
  }

  private boolean ask(Object message) {
    try {
      return (Boolean) context.ask(message);
    } catch (Exception e) {
      throw new IllegalStateException("the server's driver did not answer", e);
    }
  }

  @Override
  public void shutdown() {
    if (current == this) {
      current = null;
    }
    if (server != null) {
      server.close();
    }
  }
}
