// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.ModelDescription;
import io.secmoe.model.layers.Output;
import io.secmoe.moe.Strategy;
import io.secmoe.spark.conf.SecMoeConf;
import java.io.Serializable;
import java.util.Objects;
import java.util.UUID;

/**
 * A server's model as the client's driver and tasks know it: where it is served, how it is asked,
 * its public description. Public throughout, so plans and closures may carry it. Two are equal if
 * the same model would be asked in the same way.
 */
public final class RemoteModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private final UUID session;
  private final SecMoeConf conf;
  private final byte[] json;
  private transient ModelDescription description;

  public RemoteModel(UUID session, SecMoeConf conf, ModelDescription description) {
    this.session = session;
    this.conf = conf;
    this.json = description.toJson();
    this.description = description;
  }

  /** This application's authorisation. */
  public UUID session() {
    return session;
  }

  /** The client's configuration. */
  public SecMoeConf conf() {
    return conf;
  }

  /** The server's description. */
  public synchronized ModelDescription description() {
    if (description == null) {
      description = ModelDescription.fromJson(json);
    }
    return description;
  }

  public LayerList layers() {
    return description().layers();
  }

  /** What the server lets the client have. */
  public Output output() {
    return layers().output();
  }

  public Strategy strategy() {
    return conf.get(SecMoeConf.STRATEGY);
  }

  /**
   * How rows go into batches.
   *
   * @throws InferenceException UNUSABLE if the configuration does not fit the model
   */
  public BatchLimits batchLimits() {
    return BatchLimits.of(layers().input(), conf);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RemoteModel that
        && session.equals(that.session)
        && description().digest().equals(that.description().digest())
        && conf.equals(that.conf);
  }

  @Override
  public int hashCode() {
    return Objects.hash(session, description().digest());
  }

  /** For EXPLAIN: model, strategy, the most rows of a batch and what they are padded to. */
  @Override
  public String toString() {
    return "model="
        + description().name()
        + ", strategy="
        + strategy().name().toLowerCase(java.util.Locale.ROOT)
        + ", batch.rows="
        + batchLimits();
  }
}
