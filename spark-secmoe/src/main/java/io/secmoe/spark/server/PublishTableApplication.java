// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.conf.SecMoeConf;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;

/**
 * Writes the file of a model's embedding table, for clients of a server that runs with {@code
 * spark.secmoe.embedding.published=true}. They look their tokens up in it, at home: each inference
 * is spared the private look-up, and whoever has the file knows the table.
 *
 * <pre>
 * --model DIR       the calibrated model
 * --output FILE     where the table is written, as safetensors
 * --properties FILE, --conf KEY=VALUE   the server's configuration
 * </pre>
 */
public final class PublishTableApplication {
  private PublishTableApplication() {}

  public static void main(String[] arguments) {
    try {
      run(new CommandLine(arguments, Set.of("model", "output"), Set.of()));
    } catch (ConfException | ModelException | UncheckedIOException e) {
      System.err.println("secmoe publish table: " + e.getMessage());
      System.exit(2);
    }
  }

  static void run(CommandLine options) {
    Path directory = Path.of(options.require("model"));
    Path file = Path.of(options.require("output")).toAbsolutePath();
    SecMoeConf conf = SecMoeConf.of(options.sparkConf());
    ServerModel model =
        ServerModel.load(
            directory,
            conf.profile(),
            conf.get(SecMoeConf.OUTPUT),
            conf.get(SecMoeConf.EXPERT_CAPACITY));
    write(model, file);
    System.out.println(
        "published: "
            + file
            + "; serve with "
            + SecMoeConf.EMBEDDING_PUBLISHED.key()
            + "=true, and give clients the file for "
            + SecMoeConf.EMBEDDING_TABLE.key());
  }

  /** Writes the file as a whole or not at all. */
  private static void write(ServerModel model, Path file) {
    try {
      Files.createDirectories(file.getParent());
      Path part = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
      try {
        try (OutputStream out = Files.newOutputStream(part)) {
          model.writeTable(out);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the table's file " + file + " cannot be written", e);
    }
  }
}
