// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import io.secmoe.model.input.InputSpec;
import io.secmoe.network.Sequences;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.InferenceException.Kind;
import java.util.Optional;

/**
 * How rows go into batches: as many as come, up to {@code rows} of them and to {@link
 * Sequences#MAX_TOKENS} tokens, padding included. The rule is public, and so is what it tells of
 * the rows: how many are in a batch, and the length they are padded to.
 *
 * @param rows most rows in a batch
 * @param longest most tokens of a row; 1 for rows of features
 * @param fixed what all rows are padded to; where it is empty, the longest row of the batch
 *     decides: its length is rounded up to a power of two, so that little is told
 */
public record BatchLimits(int rows, int longest, Optional<Integer> fixed) {
  /**
   * Returns the limits that a model and the configuration set for batches.
   *
   * @throws InferenceException UNUSABLE if the model has no room for the configured length
   */
  public static BatchLimits of(InputSpec input, SecMoeConf conf) {
    int longest = input.longest();
    Optional<Integer> fixed = longest == 1 ? Optional.empty() : conf.get(SecMoeConf.BATCH_LENGTH);
    fixed
        .filter(length -> length > longest)
        .ifPresent(
            length -> {
              throw new InferenceException(
                  Kind.UNUSABLE,
                  SecMoeConf.BATCH_LENGTH.key()
                      + " is "
                      + length
                      + ", and the model takes rows of at most "
                      + longest
                      + " tokens");
            });
    return new BatchLimits(conf.get(SecMoeConf.BATCH_ROWS), longest, fixed);
  }

  /** Most tokens a row may have. */
  public int longestRow() {
    return fixed.orElse(longest);
  }

  /** The public length of a batch whose longest row has so many tokens. */
  public int padded(int length) {
    int power = length <= 1 ? 1 : Integer.highestOneBit(length - 1) << 1;
    return fixed.orElse(Math.min(longest, power));
  }

  /** Whether a batch of this shape may be. */
  public boolean fits(int count, int length) {
    return count <= capacity(length);
  }

  /** Rows of a full batch of this padded length: at least 1. */
  public int capacity(int length) {
    return Math.min(rows, Sequences.MAX_TOKENS / length);
  }

  /** Rows of a full batch of the shortest rows: no batch has more. */
  public int most() {
    return capacity(padded(1));
  }

  /**
   * The most rows of a batch, for EXPLAIN; that depends on what they are padded to where rows have
   * tokens.
   */
  @Override
  public String toString() {
    Sequences most = largest();
    if (longest == 1) {
      return Integer.toString(most.count());
    }
    return most.count()
        + ", batch.length="
        + most.length()
        + (fixed.isPresent() || most.count() == rows
            ? ""
            : " (batch.rows=" + capacity(1) + " where rows are shorter)");
  }

  /** The largest batch of the longest rows. */
  public Sequences largest() {
    int length = padded(longestRow());
    return new Sequences(capacity(length), length);
  }
}
