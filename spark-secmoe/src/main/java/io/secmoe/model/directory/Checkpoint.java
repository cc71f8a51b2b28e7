// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.directory;

import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.checkpoint.ModelFiles;
import io.secmoe.model.checkpoint.NamePrefix;
import io.secmoe.model.checkpoint.Tensor;
import io.secmoe.model.checkpoint.TensorFiles;
import io.secmoe.model.family.Architecture;
import io.secmoe.model.layers.CapacityRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An opened model directory: the configuration, and a checkpoint that holds all tensors of the
 * configuration and no others that could change the model.
 *
 * @param ignored tensors of parts of the model that are not served, in the order of the file
 * @param notes notes for the model's owner about the way it is served
 */
public record Checkpoint(
    Path directory,
    Architecture architecture,
    TensorFiles tensors,
    List<String> ignored,
    List<String> notes)
    implements AutoCloseable {
  public static Checkpoint open(Path directory) {
    return open(directory, CapacityRule.LIBRARY);
  }

  public static Checkpoint open(Path directory, CapacityRule capacity) {
    if (!Files.isDirectory(directory)) {
      throw new ModelException(
          "there is no such directory",
          directory.toString(),
          "give a directory with " + ModelFiles.CONFIG + " and " + ModelFiles.WEIGHTS);
    }
    Architecture architecture = Families.read(directory.resolve(ModelFiles.CONFIG), capacity);
    TensorFiles tensors = TensorFiles.open(directory);
    try {
      return check(directory, architecture, tensors);
    } catch (ModelException e) {
      tensors.close();
      throw e;
    }
  }

  @Override
  public void close() {
    tensors.close();
  }

  private static Checkpoint check(Path directory, Architecture architecture, TensorFiles tensors) {
    CheckpointNotes notes = new CheckpointNotes();
    String prefix = NamePrefix.of(tensors, architecture.landmark());
    if (!prefix.isEmpty()) {
      tensors.leaveOut(prefix);
      notes.prefix(prefix);
    }
    Map<String, List<Long>> expected = architecture.tensors(tensors.names());
    requireTensors(expected, tensors);
    List<String> ignored = new ArrayList<>();
    List<String> empty = new ArrayList<>();
    for (String name : tensors.unused(expected.keySet())) {
      if (architecture.ignores(name)) {
        ignored.add(name);
      } else if (tensors.holdsNoWeights(name)) {
        empty.add(name);
      } else {
        throw new ModelException(
            "the architecture has no use for it, and ignoring it would compute another model",
            tensors.where(name),
            architecture.remedy(name));
      }
    }
    architecture.check(tensors);
    notes.parts(ignored);
    notes.withoutWeights(empty);
    architecture.notes().forEach(notes::add);
    return new Checkpoint(directory, architecture, tensors, ignored, notes.all());
  }

  /** Checks that the tensors are there and maps all of them. */
  private static void requireTensors(Map<String, List<Long>> expected, TensorFiles tensors) {
    Set<String> present = tensors.names();
    expected.forEach(
        (name, shape) -> {
          if (!present.contains(name)) {
            throw new ModelException(
                "the tensor is missing", tensors.where(name), Architecture.REMEDY);
          }
          Tensor tensor = tensors.tensor(name);
          if (!tensor.shape().equals(shape)) {
            throw new ModelException(
                "its shape is " + tensor.shape() + ", the configuration calls for " + shape,
                tensor.where(),
                Architecture.REMEDY);
          }
          tensor.requireNumbers();
        });
  }
}
