package io.secmoe.model;

import java.util.Arrays;

/**
 * Rows of tokens.
 *
 * @param ids per row its tokens, 1 to {@code length} of them: ids and lengths are the client's secret
 * @param length the public length that all rows are padded to
 * @param table the embedding's table if it is published, else null
 */
public record TokenRows(int[][] ids, int length, PublishedTable table) implements Rows {
  public TokenRows {
    for (int[] row : ids) {
      if (row.length < 1 || row.length > length) {
        throw new IllegalArgumentException("a row's number of tokens is not in 1 to the batch's padded length " + length);
      }
    }
  }

  /** Padded to the longest of them. */
  public static TokenRows padded(int[][] ids) {
    return new TokenRows(ids, Arrays.stream(ids).mapToInt(row -> row.length).max().orElse(1));
  }

  /** For a table that stays with the server. */
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
