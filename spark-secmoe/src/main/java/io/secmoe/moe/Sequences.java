package io.secmoe.moe;

/** The public shape of a batch: {@code count} sequences of padded length {@code length}; token columns are sequence-major. */
public record Sequences(int count, int length) {
  public int tokens() {
    return Math.multiplyExact(count, length);
  }
}
