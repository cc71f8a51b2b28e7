// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family;

import io.secmoe.model.checkpoint.Fields;

/** The field {@code name} of a configuration, which reports and errors use. */
public final class ModelName {
  /** The name of the field. */
  public static final String FIELD = "name";

  private static final int MAX_LENGTH = 64;

  private ModelName() {}

  /** Reads the name, a word of up to 64 letters, digits, '.', '_' and '-'. */
  public static String read(Fields fields) {
    String name = fields.text(FIELD, MAX_LENGTH);
    if (!name.matches("[A-Za-z0-9._-]+")) {
      throw fields.wrong(FIELD, "may hold letters, digits, '.', '_' and '-' only");
    }
    return name;
  }
}
