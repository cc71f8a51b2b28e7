package io.secmoe.model;

import io.secmoe.moe.Activation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * PLAINTEXT reference: the model in double arithmetic on its float weights, for calibration, tests, benchmarks and comparisons. Nothing
 * is private here: features and weights meet in the clear. Immutable.
 *
 * <p>x = W_e·features + b_e; per block x = x + p·W2_e·act(W1_e·x) with e the largest router logit (ties to the lowest) and
 * p = softmax(logits)_e; logits = W_h·x + b_h.
 */
public final class FloatModel {
  /** Sees every intermediate value: its name in {@link Calibration} and its elements. */
  @FunctionalInterface
  interface Observer {
    void see(String name, double[] values);
  }

  private record Matrix(float[] weights, int rows, int columns) {
    /** Rows from {@code group}·rows on, times x. */
    double[] times(int group, double[] x) {
      double[] y = new double[rows];
      int at = group * rows * columns;
      for (int row = 0; row < rows; row++) {
        double sum = 0;
        for (int column = 0; column < columns; column++) {
          sum += weights[at++] * x[column];
        }
        y[row] = sum;
      }
      return y;
    }
  }

  private record Block(String name, Matrix router, Matrix up, Matrix down) {}

  private final String weightsDigest;
  private final int inputFeatures;
  private final Activation activation;
  private final Matrix embed;
  private final float[] embedBias;
  private final List<Block> blocks = new ArrayList<>();
  private final Matrix head;
  private final float[] headBias;

  private FloatModel(Checkpoint checkpoint) {
    ModelConfig config = checkpoint.config();
    int width = config.width();
    weightsDigest = checkpoint.tensors().sha256();
    inputFeatures = config.inputFeatures();
    activation = config.activation();
    embed = matrix(checkpoint, Checkpoint.EMBED, Checkpoint.WEIGHT, width, inputFeatures);
    embedBias = checkpoint.tensor(Checkpoint.EMBED, Checkpoint.BIAS).toFloats();
    for (int i = 0; i < config.blocks(); i++) {
      String name = Checkpoint.block(i);
      blocks.add(new Block(name,
          matrix(checkpoint, name, Checkpoint.ROUTER, config.experts(), width),
          matrix(checkpoint, name, Checkpoint.UP, config.hidden(), width),
          matrix(checkpoint, name, Checkpoint.DOWN, width, config.hidden())));
    }
    head = matrix(checkpoint, Checkpoint.HEAD, Checkpoint.WEIGHT, config.labels().size(), width);
    headBias = checkpoint.tensor(Checkpoint.HEAD, Checkpoint.BIAS).toFloats();
  }

  /** Loads a model directory; no calibration is needed. */
  public static FloatModel load(Path directory) {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      return of(checkpoint);
    }
  }

  static FloatModel of(Checkpoint checkpoint) {
    return new FloatModel(checkpoint);
  }

  /** SHA-256 of the weights file. */
  String weightsDigest() {
    return weightsDigest;
  }

  /** Logits and experts of rows × inputFeatures finite numbers. */
  public PlainResult run(float[][] features) {
    return run(features, (name, values) -> {});
  }

  PlainResult run(float[][] features, Observer observer) {
    PlainMath.checkRows(features, inputFeatures);
    double[][] logits = new double[features.length][];
    int[][] experts = new int[blocks.size()][features.length];
    for (int row = 0; row < features.length; row++) {
      double[] x = doubles(features[row]);
      observer.see(Calibration.FEATURES, x);
      x = add(embed.times(0, x), embedBias);
      observer.see(Checkpoint.EMBED, x);
      for (int i = 0; i < blocks.size(); i++) {
        experts[i][row] = block(blocks.get(i), x, observer);
        observer.see(blocks.get(i).name, x);
      }
      logits[row] = add(head.times(0, x), headBias);
      observer.see(Checkpoint.HEAD, logits[row]);
    }
    return new PlainResult(logits, experts);
  }

  /** Adds the block's output to x and returns the expert. */
  private int block(Block block, double[] x, Observer observer) {
    double[] routes = block.router.times(0, x);
    int expert = PlainMath.argmax(routes);
    double[] hidden = block.up.times(expert, x);
    observer.see(block.name + Calibration.LOGITS, routes);
    observer.see(block.name + Calibration.HIDDEN, hidden);
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = PlainMath.activate(activation, hidden[i]);
    }
    double[] output = block.down.times(expert, hidden);
    observer.see(block.name + Calibration.OUTPUT, output);
    double gate = PlainMath.softmax(routes, expert);
    for (int i = 0; i < x.length; i++) {
      x[i] += gate * output[i];
    }
    return expert;
  }

  private static Matrix matrix(Checkpoint checkpoint, String layer, String part, int rows, int columns) {
    return new Matrix(checkpoint.tensor(layer, part).toFloats(), rows, columns);
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static double[] add(double[] y, float[] bias) {
    for (int i = 0; i < y.length; i++) {
      y[i] += bias[i];
    }
    return y;
  }
}
