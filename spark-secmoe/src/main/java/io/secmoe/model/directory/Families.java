// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.directory;

import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.Json;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.checkpoint.ModelFiles;
import io.secmoe.model.family.Architecture;
import io.secmoe.model.family.Family;
import io.secmoe.model.family.switchtransformer.SwitchFamily;
import io.secmoe.model.family.tokenwise.TokenWiseFamily;
import io.secmoe.model.layers.CapacityRule;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** All families of models that this version serves. A new family is one more entry. */
public final class Families {
  private static final List<Family> ALL = List.of(new SwitchFamily(), new TokenWiseFamily());
  private static final String REMEDY =
      "serve " + ALL.stream().map(Family::sign).collect(Collectors.joining(", or "));

  private Families() {}

  /** Reads a {@code config.json}, with the library's own rule about capacities. */
  public static Architecture read(Path file) {
    return read(file, CapacityRule.LIBRARY);
  }

  /**
   * Reads a {@code config.json}. An unknown family or setting is a {@link ModelException} that
   * names it.
   */
  public static Architecture read(Path file, CapacityRule capacity) {
    byte[] json = ModelFiles.read(file, "give a model directory with a " + ModelFiles.CONFIG);
    for (Family family : ALL) {
      // Fields that have been read are crossed out, so each reader gets its own.
      if (family.describes(Json.read(json, file.toString(), REMEDY))) {
        return family.read(Json.read(json, file.toString(), family.remedy()), capacity);
      }
    }
    throw unknown(Json.read(json, file.toString(), REMEDY), file);
  }

  private static ModelException unknown(Fields fields, Path file) {
    if (!fields.has(Family.MODEL_TYPE)) {
      return new ModelException(
          "it has neither \""
              + Family.MODEL_TYPE
              + "\" nor \"format\", so it describes no known model",
          file.toString(),
          REMEDY);
    }
    return new ModelException(
        "field \""
            + Family.MODEL_TYPE
            + "\" is \""
            + fields.text(Family.MODEL_TYPE, 256)
            + "\", a family of models that this version does not serve",
        file.toString(),
        REMEDY + "; another config.json does not make a checkpoint one of these");
  }
}
