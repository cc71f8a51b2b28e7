package io.secmoe.spark.client;

import io.secmoe.flight.IdentityException;
import io.secmoe.flight.PartyClient;
import io.secmoe.flight.TlsIdentity;
import io.secmoe.model.ModelDescription;
import io.secmoe.spark.client.InferenceException.Kind;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.AttemptReports;
import io.secmoe.spark.task.JvmMemory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.SparkContext;

/**
 * The models this driver has asked servers to describe. A server is asked once, by the first query that needs its description; it is asked
 * anew after an inference could not use what was known. Thread-safe.
 */
public final class RemoteModels {
  private static final UUID SESSION = UUID.randomUUID();
  private static final Map<List<Object>, ModelDescription> KNOWN = new HashMap<>();

  private static AttemptReports reports;
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
      application = spark.applicationId();
      spark.register(reports, "secmoe attempts");
    }
    return reports;
  }

  /** Servers are asked again from now on. */
  public static void forget() {
    synchronized (KNOWN) {
      KNOWN.clear();
    }
  }

  private static ModelDescription ask(SecMoeConf conf) {
    byte[] json;
    try (PartyClient driver = new PartyClient(conf.server(), TlsIdentity.load(conf.tlsFiles()), JvmMemory.root(), conf.limits())) {
      json = driver.describe();
    } catch (IdentityException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new InferenceException(Loss.mayPass(e) ? Kind.SERVER_GONE : Kind.UNUSABLE, "the server at " + conf.server().address() + " does not describe its model: "
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
