// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.input;

import io.secmoe.model.checkpoint.ModelException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of tokens.
 *
 * @param ids the tokens of each row, 1 to {@code length} of them; ids and lengths are the client's
 *     secret
 * @param length the public length that all rows are padded to
 * @param table the embedding's table if it is published, else null
 */
public record TokenRows(int[][] ids, int length, PublishedTable table) implements Rows {
  public TokenRows {
    for (int[] row : ids) {
      if (row.length < 1 || row.length > length) {
        throw new IllegalArgumentException(
            "a row's number of tokens is not in 1 to the batch's padded length " + length);
      }
    }
  }

  /**
   * Pads rows to the longest of them. A row without tokens is a {@link ModelException} that names
   * it.
   */
  public static TokenRows padded(int[][] ids) {
    for (int row = 0; row < ids.length; row++) {
      if (ids[row].length == 0) {
        throw new ModelException("it has no tokens", "row " + row, "leave it out");
      }
    }
    return new TokenRows(ids, Arrays.stream(ids).mapToInt(row -> row.length).max().orElse(1));
  }

  /**
   * Returns parts of at most {@code tokens} tokens each, or of one row, padded to the same length.
   */
  public List<TokenRows> parts(int tokens) {
    int step = Math.max(1, tokens / length);
    return IntStream.iterate(0, from -> from < ids.length, from -> from + step)
        .mapToObj(
            from ->
                new TokenRows(
                    Arrays.copyOfRange(ids, from, Math.min(ids.length, from + step)),
                    length,
                    table))
        .toList();
  }

  /** Makes rows for a table that stays with the server. */
  public TokenRows(int[][] ids, int length) {
    this(ids, length, null);
  }

  @Override
  public int count() {
    return ids.length;
  }

  @Override
  public int[] lengths() {
    return Arrays.stream(ids).mapToInt(row -> row.length).toArray();
  }
}
