package io.secmoe.model;

/**
 * T5's relative positions: distances from a query to a key fall into buckets, half of them for keys before it. Near distances have
 * buckets of their own, farther ones share them in logarithmic steps up to {@code farthest}. As the transformers library has it, in
 * single precision, which decides where a step falls.
 *
 * @param count of buckets, at least 4
 */
record PositionBuckets(int count, int farthest) {
  /** The bucket of {@code key − query}. */
  int of(int distance) {
    int half = count / 2;
    int side = distance > 0 ? half : 0;
    int far = Math.abs(distance);
    int exact = half / 2;
    if (far < exact) {
      return side + far;
    }
    float octaves = (float) Math.log((float) far / exact) / (float) Math.log((double) farthest / exact);
    int step = (int) (octaves * (half - exact));
    return side + Math.min(half - 1, exact + step);
  }
}
