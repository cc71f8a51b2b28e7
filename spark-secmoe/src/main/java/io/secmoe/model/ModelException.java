package io.secmoe.model;

/**
 * A model, its configuration, its calibration or its public description cannot be used. The message says what is wrong, where
 * (file and tensor or field), and how to mend it; it never holds a weight or a client's value.
 */
public final class ModelException extends RuntimeException {
  private final String what;
  private final String where;
  private final String mend;

  /**
   * @param what the problem
   * @param where the file and, if there is one, the tensor or field
   * @param mend what the reader can do about it
   */
  public ModelException(String what, String where, String mend) {
    this(what, where, mend, null);
  }

  public ModelException(String what, String where, String mend, Throwable cause) {
    // Names come from files and peers: a line break in one must not forge a line of a log.
    super((where + ": " + what + ". To mend it: " + mend + ".").replaceAll("\\p{Cntrl}", " "), cause);
    this.what = what;
    this.where = where;
    this.mend = mend;
  }

  public String what() {
    return what;
  }

  public String where() {
    return where;
  }

  public String mend() {
    return mend;
  }
}
