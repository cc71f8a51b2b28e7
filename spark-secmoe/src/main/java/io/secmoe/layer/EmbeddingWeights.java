package io.secmoe.layer;

import io.secmoe.linear.Weights;

/**
 * The server's table, arranged for the selection by two digits.
 *
 * @param table high × width × low: group h holds, column by column, the rows of ids h·low to h·low + low − 1; zeros beyond the vocabulary
 */
public record EmbeddingWeights(Weights table) {
  /** Quantises a table of vocabulary × width, row by row. */
  public static EmbeddingWeights quantise(EmbeddingShape shape, Weights.Source source) {
    int low = shape.lowDigits();
    int width = shape.width();
    return new EmbeddingWeights(Weights.quantise(shape.highDigits(), width, low, shape.weightFraction(), i -> {
      long id = i / low / width * low + i % low;
      return id < shape.vocabulary() ? source.at(id * width + i / low % width) : 0;
    }));
  }

  /** The quantised table as it was given, vocabulary × width, row by row. */
  public Weights.Source rows(EmbeddingShape shape) {
    int low = shape.lowDigits();
    int width = shape.width();
    return i -> {
      long id = i / width;
      return Math.scalb((double) table.get((id / low * width + i % width) * low + id % low), -table.fraction());
    };
  }
}
