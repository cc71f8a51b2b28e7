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
 * A server's model as the client's driver and tasks know it: its server, the way to ask it, and its
 * public description. Everything is public, so plans and closures may carry it. Two are equal if
 * they would ask the same model in the same way.
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

  /** Returns this application's authorisation. */
  public UUID session() {
    return session;
  }

  /** Returns the client's configuration. */
  public SecMoeConf conf() {
    return conf;
  }

  /** Returns the server's description. */
  public synchronized ModelDescription description() {
    if (description == null) {
      description = ModelDescription.fromJson(json);
    }
    return description;
  }

  public LayerList layers() {
    return description().layers();
  }

  /** Returns what the server reveals to the client. */
  public Output output() {
    return layers().output();
  }

  public Strategy strategy() {
    return conf.get(SecMoeConf.STRATEGY);
  }

  /**
   * Returns how rows are put into batches.
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

  /**
   * Describes the inference for EXPLAIN: model, strategy, the most rows of a batch and their padded
   * length.
   */
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
