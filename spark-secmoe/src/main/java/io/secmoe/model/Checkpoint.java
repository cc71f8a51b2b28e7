package io.secmoe.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model directory, opened: what its configuration describes, and a checkpoint that holds exactly the tensors which that calls for.
 *
 * @param ignored tensors of parts of the model that are not served, in the order of the file
 */
record Checkpoint(Path directory, Architecture architecture, TensorFiles tensors, List<String> ignored) implements AutoCloseable {
  private static final String MEND = "give a checkpoint that belongs to this " + ModelFiles.CONFIG;

  static Checkpoint open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new ModelException("there is no such directory", directory.toString(),
          "give a directory with " + ModelFiles.CONFIG + " and " + ModelFiles.WEIGHTS);
    }
    Architecture architecture = Architecture.read(directory.resolve(ModelFiles.CONFIG));
    TensorFiles tensors = TensorFiles.open(directory);
    try {
      check(architecture, tensors);
      return new Checkpoint(directory, architecture, tensors, tensors.names().stream().filter(architecture::ignores).toList());
    } catch (ModelException e) {
      tensors.close();
      throw e;
    }
  }

  /** What its owner should know of how it is served. */
  List<String> notes() {
    return ignored.isEmpty() ? List.of()
        : List.of("of this checkpoint the encoder is served; " + ignored.size() + " tensors are not, such as " + ignored.get(0));
  }

  @Override
  public void close() {
    tensors.close();
  }

  /** Maps all tensors that are needed on its way. */
  private static void check(Architecture architecture, TensorFiles tensors) {
    Set<String> present = tensors.names();
    Map<String, List<Long>> expected = architecture.tensors(present);
    expected.forEach((name, shape) -> {
      if (!present.contains(name)) {
        throw new ModelException("the tensor is missing", tensors.where(name), MEND);
      }
      Tensor tensor = tensors.tensor(name);
      if (!tensor.shape().equals(shape)) {
        throw new ModelException("its shape is " + tensor.shape() + ", the configuration calls for " + shape, tensor.where(), MEND);
      }
      tensor.requireNumbers();
    });
    for (String name : present) {
      if (!expected.containsKey(name) && !architecture.ignores(name)) {
        throw new ModelException("the architecture has no use for it, and ignoring it would compute another model",
            tensors.where(name), MEND);
      }
    }
    architecture.check(tensors);
  }
}
