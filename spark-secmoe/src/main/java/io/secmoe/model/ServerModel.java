package io.secmoe.model;

import io.secmoe.layer.AttentionWeights;
import io.secmoe.layer.EmbeddingWeights;
import io.secmoe.linear.LinearShape;
import io.secmoe.linear.Weights;
import io.secmoe.moe.FeedForwardShape;
import io.secmoe.moe.FeedForwardWeights;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.MoeWeights;
import io.secmoe.party.Profile;
import io.secmoe.ring.FixedPoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The server's side of a model: the public description, and the quantised weights that only the server holds. Immutable, shared by
 * attempts, not Serializable.
 */
public final class ServerModel {
  private final ModelDescription description;
  private final List<Object> weights;

  private ServerModel(ModelDescription description, List<Object> weights) {
    this.description = description;
    this.weights = weights;
  }

  /** Loads a calibrated model directory for the default profile; logits are revealed. */
  public static ServerModel load(Path directory) {
    return load(directory, Profile.DEFAULT, Output.LOGITS);
  }

  /**
   * Loads a directory with config.json, model.safetensors and calibration.json; whatever is missing, malformed or does not fit the
   * range rule is a {@link ModelException}.
   *
   * @param output what inferences reveal to the client
   */
  public static ServerModel load(Path directory, Profile profile, Output output) {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      String weightsDigest = checkpoint.tensors().sha256();
      LayerList layers = LayerPlan.of(checkpoint, Calibration.read(directory, weightsDigest), profile, output);
      List<Object> weights = new ArrayList<>();
      for (LayerSpec layer : layers.layers()) {
        weights.add(layer instanceof MoeSpec moe ? moe(checkpoint, moe) : linear(checkpoint, (LinearSpec) layer));
      }
      return new ServerModel(new ModelDescription(checkpoint.config().name(), layers, weightsDigest), weights);
    }
  }

  /**
   * The same model with its embedding's table published: clients look up by themselves, in the file that {@link TablePublisher} writes and
   * this model's description pins.
   *
   * @throws ModelException if it has no such table
   */
  public ServerModel publishingTable() {
    EmbeddingSpec spec = table();
    List<LayerSpec> specs = new ArrayList<>(layers().layers());
    String digest = TablePublisher.digest(spec.shape(), embedding(0).rows(spec.shape()));
    specs.set(0, new EmbeddingSpec(spec.name(), spec.shape().publishedAs(digest)));
    List<Object> others = new ArrayList<>(weights);
    others.set(0, null);
    return new ServerModel(new ModelDescription(description.name(), layers().with(specs), description.weightsDigest()), others);
  }

  /** Writes the file of the published table. */
  public void writeTable(OutputStream out) throws IOException {
    TablePublisher.write(table().shape(), embedding(0).rows(table().shape()), out);
  }

  private EmbeddingSpec table() {
    if (layers().layers().get(0) instanceof EmbeddingSpec table && !table.shape().isPublished()) {
      return table;
    }
    throw new ModelException("it has no embedding table that could be published", "model " + description.name(),
        "publish tables of models that take tokens only");
  }

  /** What the client may know: it goes over the wire as JSON. */
  public ModelDescription description() {
    return description;
  }

  public LayerList layers() {
    return description.layers();
  }

  /** The model's identity: {@link ModelDescription#digest}. */
  public String digest() {
    return description.digest();
  }

  /** The weights of layer {@code index} of the list, which is a {@link LinearSpec}. */
  public LinearWeights linear(int index) {
    return (LinearWeights) weights.get(index);
  }

  /** The weights of layer {@code index} of the list, which is a {@link MoeSpec}. */
  public MoeWeights moe(int index) {
    return (MoeWeights) weights.get(index);
  }

  /** The weights of layer {@code index} of the list, which is an {@link EmbeddingSpec}; null if its table is published. */
  public EmbeddingWeights embedding(int index) {
    return (EmbeddingWeights) weights.get(index);
  }

  /** The weights of layer {@code index} of the list, which is an {@link AttentionSpec}. */
  public AttentionWeights attention(int index) {
    return (AttentionWeights) weights.get(index);
  }

  /** The weights of layer {@code index} of the list, which is a {@link FeedForwardSpec}. */
  public FeedForwardWeights feedForward(int index) {
    return (FeedForwardWeights) weights.get(index);
  }

  private static LinearWeights linear(Checkpoint checkpoint, LinearSpec layer) {
    LinearShape shape = layer.shape();
    Weights weights = quantise(checkpoint.tensor(layer.name(), Checkpoint.WEIGHT), 1, shape.outputs(), shape.inputs(),
        shape.weightFraction());
    Tensor bias = checkpoint.tensor(layer.name(), Checkpoint.BIAS);
    long[] integers = new long[shape.outputs()];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = FixedPoint.encode(bias.at(i), FixedPoint.FRACTION + shape.weightFraction());
    }
    return new LinearWeights(weights, integers);
  }

  private static MoeWeights moe(Checkpoint checkpoint, MoeSpec layer) {
    MoeShape s = layer.shape();
    FeedForwardShape e = s.expert();
    String name = layer.name();
    return new MoeWeights(
        quantise(checkpoint.tensor(name, Checkpoint.ROUTER), 1, s.experts(), e.width(), s.routerFraction()),
        null,
        new FeedForwardWeights(
            quantise(checkpoint.tensor(name, Checkpoint.UP), s.experts(), e.hidden(), e.width(), e.upFraction()),
            quantise(checkpoint.tensor(name, Checkpoint.DOWN), s.experts(), e.width(), e.hidden(), e.downFraction()),
            null, null));
  }

  private static Weights quantise(Tensor tensor, int groups, int rows, int columns, int fraction) {
    return Weights.quantise(groups, rows, columns, fraction, tensor::at);
  }
}
