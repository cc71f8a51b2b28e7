// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import io.secmoe.flight.PartyClient;
import io.secmoe.flight.ServiceException;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.tls.IdentityException;
import io.secmoe.flight.tls.TlsIdentity;
import io.secmoe.model.input.InputSpec;
import io.secmoe.model.input.TokenInput;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.ModelDescription;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.memory.JvmMemory;
import io.secmoe.spark.metrics.AttemptReports;
import io.secmoe.spark.remote.InferenceException.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that this driver has asked servers to describe. A server is asked once, by the first
 * query that needs its description. It is asked once more after it has said that its model is
 * another one. Thread-safe.
 */
public final class RemoteModels {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteModels.class);
  private static final UUID SESSION = UUID.randomUUID();
  private static final Map<List<Object>, ModelDescription> KNOWN = new HashMap<>();

  /** The descriptions of servers before they said that their model is another one. */
  private static final Map<List<Object>, ModelDescription> FORMER = new HashMap<>();

  private static AttemptReports reports;
  private static LongAccumulator invalidRows;
  private static String application = "";

  private RemoteModels() {}

  /**
   * Returns the model that the configuration names.
   *
   * @throws InferenceException SERVER_GONE if it cannot be reached, UNUSABLE if its model is not
   *     the pinned one
   * @throws io.secmoe.flight.tls.IdentityException if a certificate, here or there, is not
   *     acceptable
   * @throws io.secmoe.spark.conf.ConfException if a key that is needed is not set
   */
  public static RemoteModel of(SecMoeConf conf) {
    List<Object> key = List.of(conf.server(), conf.tlsFiles(), conf.get(SecMoeConf.MODEL_DIGEST));
    synchronized (KNOWN) {
      ModelDescription known = KNOWN.get(key);
      if (known == null) {
        known = ask(conf);
        KNOWN.put(key, known);
        tell(conf, FORMER.remove(key), known);
      }
      return new RemoteModel(SESSION, conf, known);
    }
  }

  /**
   * Returns the model that a plan is executed with. That is the model it was made for. If the
   * server has another one by now, it is that one, provided that the query would have the same
   * columns and accept the same input. A Dataset that has run before keeps the model it was
   * executed with.
   *
   * @throws InferenceException MODEL_RENEWED if the new model does not fit, or as {@link #of}
   */
  public static RemoteModel current(RemoteModel planned) {
    RemoteModel now = of(planned.conf());
    if (now.equals(planned)) {
      return planned;
    }
    String difference = difference(planned.layers(), now.layers());
    if (!difference.isEmpty()) {
      throw InferenceException.renewed(
          "this query was made for the model with digest "
              + planned.description().digest()
              + ", the server has "
              + now.description().digest()
              + " by now, which differs in its "
              + difference
              + "; make the query anew",
          null);
    }
    return now;
  }

  /**
   * Collects the reports of all of an application's attempts. Reports of tasks that fail as a whole
   * do not arrive.
   */
  public static synchronized AttemptReports reports(SparkContext spark) {
    if (reports == null || !spark.applicationId().equals(application)) {
      reports = new AttemptReports();
      invalidRows = new LongAccumulator();
      application = spark.applicationId();
      spark.register(reports, "secmoe attempts");
      Renewals.listen(spark);
      spark.register(invalidRows, "secmoe rows without valid input");
    }
    return reports;
  }

  /**
   * Counts an application's rows that were not sent because the model does not take their input.
   */
  public static synchronized LongAccumulator invalidRows(SparkContext spark) {
    reports(spark);
    return invalidRows;
  }

  /** Makes the next query ask again every server that described this model. */
  public static void forget(String digest) {
    synchronized (KNOWN) {
      KNOWN
          .entrySet()
          .removeIf(
              entry -> {
                boolean outdated = entry.getValue().digest().equals(digest);
                if (outdated) {
                  FORMER.put(entry.getKey(), entry.getValue());
                }
                return outdated;
              });
    }
  }

  /**
   * Returns the difference between two models that affects the columns or the input of a query;
   * empty if there is none.
   */
  private static String difference(LayerList a, LayerList b) {
    if (a.output() != b.output() || !Revealed.type(a).equals(Revealed.type(b))) {
      return "output";
    }
    if (!a.labels().equals(b.labels())) {
      return "labels";
    }
    return takes(a.input()) == takes(b.input()) ? "" : "input";
  }

  /**
   * Returns the number of features of a row, or the size of the vocabulary with its sign changed.
   */
  private static int takes(InputSpec input) {
    return input instanceof TokenInput tokens ? -tokens.vocabulary() : input.features();
  }

  private static void tell(SecMoeConf conf, ModelDescription before, ModelDescription now) {
    if (before != null && !before.digest().equals(now.digest())) {
      LOG.warn(
          "The server at {} has another model than before: {}, digest {}, in place of {}, digest"
              + " {}. They differ in: {}. Queries use it from now on; {} pins one",
          conf.server().address(),
          now.name(),
          now.digest(),
          before.name(),
          before.digest(),
          String.join(", ", before.differences(now)),
          SecMoeConf.MODEL_DIGEST.key());
    }
  }

  /**
   * Asks a server for its description. It fails at once if nobody answers, because a wrong address
   * looks like a server that is away, and nothing has been paid for yet. A server that says that it
   * is busy or shutting down has the right address, so it is waited for.
   */
  private static byte[] describe(SecMoeConf conf) {
    TlsIdentity identity = TlsIdentity.load(conf.tlsFiles()).forClient();
    ServerWait wait =
        new ServerWait(
            conf.get(SecMoeConf.SERVER_WAIT),
            Set.of(Code.BUSY, Code.SHUTTING_DOWN),
            () -> {},
            (since, reason) -> {});
    return wait.during(
        () -> {
          try (PartyClient driver =
              new PartyClient(conf.server(), identity, JvmMemory.root(), conf.limits())) {
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
    } catch (IdentityException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new InferenceException(
          LostAttempt.mayPass(e) ? Kind.SERVER_GONE : Kind.UNUSABLE,
          "the server at "
              + conf.server().address()
              + " does not describe its model: "
              + LostAttempt.describe(e),
          e);
    }
    ModelDescription model = ModelDescription.fromJson(json);
    conf.get(SecMoeConf.MODEL_DIGEST)
        .filter(pin -> !pin.equalsIgnoreCase(model.digest()))
        .ifPresent(
            pin -> {
              throw new InferenceException(
                  Kind.UNUSABLE,
                  "the server's model has the digest "
                      + model.digest()
                      + ", "
                      + SecMoeConf.MODEL_DIGEST.key()
                      + " asks for "
                      + pin
                      + "; talk to another server, or change the pin if the model was renewed");
            });
    return model;
  }
}
