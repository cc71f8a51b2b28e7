// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import io.secmoe.model.input.InputSpec;
import io.secmoe.network.Sequences;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.InferenceException.Kind;
import java.util.Optional;

/**
 * The rule that puts rows into batches: in their order, up to {@code rows} of them and up to {@link
 * Sequences#MAX_TOKENS} tokens, padding included. The rule is public. It reveals the number of rows
 * in a batch and the length they are padded to.
 *
 * @param rows most rows in a batch
 * @param longest most tokens of a row; 1 for rows of features
 * @param fixed the length that all rows are padded to; if it is empty, the longest row of the batch
 *     decides: its length is rounded up to a power of two, so that little is revealed
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

  /** Returns the most tokens that a row may have. */
  public int longestRow() {
    return fixed.orElse(longest);
  }

  /** Returns the public length of a batch whose longest row has so many tokens. */
  public int padded(int length) {
    int power = length <= 1 ? 1 : Integer.highestOneBit(length - 1) << 1;
    return fixed.orElse(Math.min(longest, power));
  }

  /** Returns true if a batch may have this shape. */
  public boolean fits(int count, int length) {
    return count <= capacity(length);
  }

  /** Returns the rows of a full batch of this padded length: at least 1. */
  public int capacity(int length) {
    return Math.min(rows, Sequences.MAX_TOKENS / length);
  }

  /** Returns the rows of a full batch of the shortest rows. No batch has more. */
  public int most() {
    return capacity(padded(1));
  }

  /**
   * Returns the most rows of a batch, for EXPLAIN. For rows of tokens, the number depends on the
   * padded length.
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

  /** Returns the largest batch of the longest rows. */
  public Sequences largest() {
    int length = padded(longestRow());
    return new Sequences(capacity(length), length);
  }
}
