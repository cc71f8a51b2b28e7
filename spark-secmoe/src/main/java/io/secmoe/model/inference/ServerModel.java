// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import io.secmoe.model.calibration.Calibration;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.directory.Checkpoint;
import io.secmoe.model.family.Architecture;
import io.secmoe.model.layers.CapacityRule;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.LayerPlan;
import io.secmoe.model.layers.LayerSpec;
import io.secmoe.model.layers.ModelDescription;
import io.secmoe.model.layers.Output;
import io.secmoe.model.layers.OwnTable;
import io.secmoe.model.layers.Scales;
import io.secmoe.model.layers.ServedLayer;
import io.secmoe.party.Profile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The server's side of a model: the public description, and the quantised weights that only the
 * server holds. Immutable, shared by attempts, not Serializable.
 */
public final class ServerModel {
  private final ModelDescription description;
  private final List<ServedLayer<?>> served;
  private final List<String> notes;

  private ServerModel(
      ModelDescription description, List<ServedLayer<?>> served, List<String> notes) {
    this.description = description;
    this.served = List.copyOf(served);
    this.notes = notes;
  }

  /** Loads a calibrated model directory for the default profile; logits are revealed. */
  public static ServerModel load(Path directory) {
    return load(directory, Profile.DEFAULT, Output.LOGITS);
  }

  /** Loads a directory with the library's own rule about the tokens beyond an expert's capacity. */
  public static ServerModel load(Path directory, Profile profile, Output output) {
    return load(directory, profile, output, CapacityRule.LIBRARY);
  }

  /**
   * Loads a directory with config.json, model.safetensors (or its shards) and calibration.json. A
   * file that is missing, malformed or does not fit the range rule is a {@link ModelException}.
   *
   * @param profile the primes; the calibration has chosen among them
   * @param output the results that inferences reveal to the client
   * @param capacity the rule for tokens beyond an expert's capacity; the calibration should have
   *     had the same rule
   */
  public static ServerModel load(
      Path directory, Profile profile, Output output, CapacityRule capacity) {
    return read(
        directory,
        profile,
        output,
        capacity,
        (description, plan, notes) -> new ServerModel(description, plan.load(), notes));
  }

  /** Describes the model of a directory, without quantising its weights. */
  public static ModelDescription describe(Path directory, Profile profile, Output output) {
    return read(
        directory,
        profile,
        output,
        CapacityRule.LIBRARY,
        (description, plan, notes) -> description);
  }

  /** Makes something of a model's description and of the plan to serve it. */
  private interface Reader<R> {
    R of(ModelDescription description, LayerPlan plan, List<String> notes);
  }

  private static <R> R read(
      Path directory, Profile profile, Output output, CapacityRule capacity, Reader<R> reader) {
    try (Checkpoint checkpoint = Checkpoint.open(directory, capacity)) {
      Architecture architecture = checkpoint.architecture();
      if (!architecture.outputs().contains(output)) {
        throw new ModelException(
            "it can reveal " + architecture.outputs() + ", not " + output,
            directory.toString(),
            "have it reveal what it has, or give a checkpoint with a classifier");
      }
      String weightsDigest = checkpoint.tensors().sha256();
      Scales scales = Calibration.read(directory, weightsDigest).scales(profile);
      LayerPlan plan = architecture.plan(checkpoint.tensors(), scales, output);
      LayerList layers = plan.list(scales.profile(), output);
      return reader.of(
          new ModelDescription(architecture.name(), layers, weightsDigest),
          plan,
          checkpoint.notes());
    } catch (IllegalArgumentException e) {
      // Shapes and weights check their arguments, which come from the calibration here.
      throw Calibration.unfit(directory, e);
    }
  }

  /**
   * Returns this model with its embedding's table published, if it is not already. Clients look up
   * by themselves, in the file that {@link #writeTable} writes and this model's description pins.
   *
   * @throws ModelException if it has no such table
   */
  public ServerModel publishingTable() {
    if (layers().publishedTable().isPresent()) {
      return this;
    }
    OwnTable table = table();
    ServedLayer<?> published = table.published();
    List<ServedLayer<?>> all = new ArrayList<>(served);
    all.set(0, published);
    List<LayerSpec<?>> specs = new ArrayList<>(layers().layers());
    specs.set(0, published.spec());
    return new ServerModel(
        new ModelDescription(description.name(), layers().with(specs), description.weightsDigest()),
        all,
        notes);
  }

  /** Writes the file of the table that this model has and may publish. */
  public void writeTable(OutputStream out) throws IOException {
    table().write(out);
  }

  private OwnTable table() {
    return served
        .get(0)
        .ownTable()
        .orElseThrow(
            () ->
                new ModelException(
                    "it has no embedding table that could be published",
                    "model " + description.name(),
                    "publish tables of models that take tokens only"));
  }

  /** Returns the facts that the client may know. They go over the wire as JSON. */
  public ModelDescription description() {
    return description;
  }

  public LayerList layers() {
    return description.layers();
  }

  /** Returns the model's identity: {@link ModelDescription#digest}. */
  public String digest() {
    return description.digest();
  }

  /** Returns notes for the model's owner about the way the checkpoint is served. */
  public List<String> notes() {
    return notes;
  }

  /** Returns the layers with their weights, in the order of the list. */
  public List<ServedLayer<?>> served() {
    return served;
  }
}
