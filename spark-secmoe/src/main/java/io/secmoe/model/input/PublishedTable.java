// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.input;

import io.secmoe.layer.EmbeddingShape;
import io.secmoe.linear.Weights;
import io.secmoe.model.checkpoint.DataType;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.checkpoint.Safetensors;
import io.secmoe.model.checkpoint.Tensor;
import java.nio.file.Path;
import java.util.List;

/**
 * An embedding table that its owner has published, as the client has it. It is a safetensors file
 * with one tensor, vocabulary × width, of the same numbers that the server would compute with: F16
 * holds entries of one limb exactly, F32 those of two. The public layer list pins the file's
 * SHA-256. Entries are read when asked for. Safe for several readers.
 */
public final class PublishedTable implements Weights.Source {
  static final String TENSOR = "embedding";

  private final Tensor tensor;

  private PublishedTable(Tensor tensor) {
    this.tensor = tensor;
  }

  /**
   * Opens the file of a published table.
   *
   * @throws ModelException for a file that is not the one that {@code shape} pins, names included
   */
  public static PublishedTable open(Path path, EmbeddingShape shape) {
    try (Safetensors file = Safetensors.open(path)) {
      if (!shape.isPublished()) {
        throw new ModelException(
            "the server's table is private: no file can stand for it",
            path.toString(),
            "leave the file out, or ask the server's operator to publish the table");
      }
      String digest = file.sha256();
      if (!digest.equals(shape.published())) {
        throw new ModelException(
            "its SHA-256 is " + digest + ", the server published " + shape.published(),
            path.toString(),
            "get the table's file anew from the model's owner");
      }
      Tensor tensor = file.tensor(TENSOR);
      List<Long> expected = List.of((long) shape.vocabulary(), (long) shape.width());
      DataType type = TablePublisher.type(shape);
      if (tensor.type() != type || !tensor.shape().equals(expected)) {
        throw new ModelException(
            "it is "
                + tensor.type()
                + " of shape "
                + tensor.shape()
                + ", the model's is "
                + type
                + " of shape "
                + expected,
            path + ", tensor " + TENSOR,
            "get the table's file anew from the model's owner");
      }
      // Finds numbers that are not finite here, where an error tells nothing about the rows, and
      // not when a token asks for them.
      tensor.largest();
      return new PublishedTable(tensor);
    }
  }

  @Override
  public double at(long index) {
    return tensor.at(index);
  }
}
