package io.secmoe.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model directory, opened: a configuration, and a checkpoint that holds exactly the tensors which the configuration calls for.
 *
 * @param directory with config.json and model.safetensors
 */
record Checkpoint(Path directory, ModelConfig config, Safetensors tensors) implements AutoCloseable {
  static final String EMBED = "embed";
  static final String HEAD = "head";
  static final String WEIGHT = ".weight";
  static final String BIAS = ".bias";
  static final String ROUTER = ".router.weight";
  static final String UP = ".experts.w1";
  static final String DOWN = ".experts.w2";

  static Checkpoint open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new ModelException("there is no such directory", directory.toString(),
          "give a directory with " + ModelFiles.CONFIG + " and " + ModelFiles.WEIGHTS);
    }
    ModelConfig config = ModelConfig.read(directory.resolve(ModelFiles.CONFIG));
    Safetensors tensors = Safetensors.open(directory.resolve(ModelFiles.WEIGHTS));
    try {
      checkTensors(directory.resolve(ModelFiles.WEIGHTS).toString(), config, tensors);
    } catch (ModelException e) {
      tensors.close();
      throw e;
    }
    return new Checkpoint(directory, config, tensors);
  }

  static String block(int index) {
    return "blocks." + index;
  }

  Tensor tensor(String layer, String part) {
    return tensors.tensor(layer + part);
  }

  @Override
  public void close() {
    tensors.close();
  }

  private static void checkTensors(String file, ModelConfig config, Safetensors tensors) {
    Map<String, List<Long>> expected = expected(config);
    String mend = "give a checkpoint that belongs to this " + ModelFiles.CONFIG + " (its architecture is token-wise-moe)";
    expected.forEach((name, shape) -> {
      if (!tensors.names().contains(name)) {
        throw new ModelException("the tensor is missing", file + ", tensor " + name, mend);
      }
      List<Long> actual = tensors.tensor(name).shape();
      if (!actual.equals(shape)) {
        throw new ModelException("its shape is " + actual + ", the configuration calls for " + shape, file + ", tensor " + name,
            mend);
      }
    });
    for (String name : tensors.names()) {
      if (!expected.containsKey(name)) {
        throw new ModelException("the architecture has no use for it, and ignoring it would compute another model",
            file + ", tensor " + name, mend);
      }
    }
  }

  private static Map<String, List<Long>> expected(ModelConfig config) {
    long width = config.width();
    long classes = config.labels().size();
    long experts = config.experts();
    long hidden = config.hidden();
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put(EMBED + WEIGHT, List.of(width, (long) config.inputFeatures()));
    shapes.put(EMBED + BIAS, List.of(width));
    for (int i = 0; i < config.blocks(); i++) {
      shapes.put(block(i) + ROUTER, List.of(experts, width));
      shapes.put(block(i) + UP, List.of(experts, hidden, width));
      shapes.put(block(i) + DOWN, List.of(experts, width, hidden));
    }
    shapes.put(HEAD + WEIGHT, List.of(classes, width));
    shapes.put(HEAD + BIAS, List.of(classes));
    return shapes;
  }
}
