package io.secmoe.spark.client;

import io.secmoe.flight.PartyClient;
import io.secmoe.flight.ServiceException;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.TlsIdentity;
import io.secmoe.model.ModelDescription;
import io.secmoe.spark.client.InferenceException.Kind;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.AttemptReports;
import io.secmoe.spark.task.JvmMemory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * The models this driver has asked servers to describe. A server is asked once, by the first query that needs its description; it is asked
 * anew after an inference could not use what was known. Thread-safe.
 */
public final class RemoteModels {
  private static final UUID SESSION = UUID.randomUUID();
  private static final Map<List<Object>, ModelDescription> KNOWN = new HashMap<>();

  private static AttemptReports reports;
  private static LongAccumulator invalidRows;
  private static String application = "";

  private RemoteModels() {}

  /**
   * The model the configuration names.
   *
   * @throws InferenceException SERVER_GONE if it cannot be reached, UNUSABLE if its model is not the pinned one
   * @throws io.secmoe.flight.IdentityException if a certificate, here or there, is not acceptable
   * @throws io.secmoe.spark.conf.ConfException if a key that is needed is not set
   */
  public static RemoteModel of(SecMoeConf conf) {
    List<Object> key = List.of(conf.server(), conf.tlsFiles(), conf.get(SecMoeConf.MODEL_DIGEST));
    synchronized (KNOWN) {
      ModelDescription known = KNOWN.get(key);
      if (known == null) {
        known = ask(conf);
        KNOWN.put(key, known);
      }
      return new RemoteModel(SESSION, conf, known);
    }
  }

  /** Collects the reports of all of an application's attempts; those of tasks that fail altogether do not arrive. */
  public static synchronized AttemptReports reports(SparkContext spark) {
    if (reports == null || !spark.applicationId().equals(application)) {
      reports = new AttemptReports();
      invalidRows = new LongAccumulator();
      application = spark.applicationId();
      spark.register(reports, "secmoe attempts");
      spark.register(invalidRows, "secmoe rows without valid input");
    }
    return reports;
  }

  /** Counts an application's rows that were not sent because the model does not take their input. */
  public static synchronized LongAccumulator invalidRows(SparkContext spark) {
    reports(spark);
    return invalidRows;
  }

  /** Servers are asked again from now on. */
  public static void forget() {
    synchronized (KNOWN) {
      KNOWN.clear();
    }
  }

  /**
   * Fails at once if nobody answers: a wrong address looks like a server that is away, and nothing has been paid for yet. A server that
   * says that it is busy or shutting down has the right address, and is waited for, as every server is once it has described its model.
   */
  private static byte[] describe(SecMoeConf conf) {
    TlsIdentity identity = TlsIdentity.load(conf.tlsFiles());
    ServerWait wait = new ServerWait(conf.get(SecMoeConf.SERVER_WAIT), Set.of(Code.BUSY, Code.SHUTTING_DOWN), () -> {},
        (since, reason) -> {});
    return wait.during(() -> {
      try (PartyClient driver = new PartyClient(conf.server(), identity, JvmMemory.root(), conf.limits())) {
        return driver.describe();
      } catch (ServiceException e) {
        if (e.code() != Code.UNREACHABLE) {
          wait.also(Code.UNREACHABLE);
        }
        throw e;
      }
    });
  }

  private static ModelDescription ask(SecMoeConf conf) {
    byte[] json;
    try {
      json = describe(conf);
    } catch (RuntimeException e) {
      if (!Loss.mayPass(e)) {
        throw e;
      }
      throw new InferenceException(Kind.SERVER_GONE, "the server at " + conf.server().address() + " does not describe its model: "
          + Loss.describe(e), e);
    }
    ModelDescription model = ModelDescription.fromJson(json);
    conf.get(SecMoeConf.MODEL_DIGEST).filter(pin -> !pin.equalsIgnoreCase(model.digest())).ifPresent(pin -> {
      throw new InferenceException(Kind.UNUSABLE, "the server's model has the digest " + model.digest() + ", "
          + SecMoeConf.MODEL_DIGEST.key() + " asks for " + pin + "; talk to another server, or change the pin if the model was renewed");
    });
    return model;
  }
}
