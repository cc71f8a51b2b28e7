// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

/**
 * Reports that a model, its configuration, its calibration or its public description cannot be
 * used. The message says what is wrong, where (file and tensor or field), and how to fix it. It
 * never holds a weight or a client's value.
 */
public final class ModelException extends RuntimeException {
  private final String what;
  private final String where;
  private final String remedy;

  /**
   * @param what the problem
   * @param where the file and, if there is one, the tensor or field
   * @param remedy what the reader can do about it
   */
  public ModelException(String what, String where, String remedy) {
    this(what, where, remedy, null);
  }

  public ModelException(String what, String where, String remedy, Throwable cause) {
    // Names come from files and peers. A line break in one must not forge a line of a log.
    super(
        (where + ": " + what + ". To fix it: " + remedy + ".").replaceAll("\\p{Cntrl}", " "),
        cause);
    this.what = what;
    this.where = where;
    this.remedy = remedy;
  }

  public String what() {
    return what;
  }

  public String where() {
    return where;
  }

  public String remedy() {
    return remedy;
  }
}
