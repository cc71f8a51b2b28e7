// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;

/** One party's shares of the routes of tokens, for each of the k experts of a token. */
record Routing(DigitVector oneHots, RingVector gates) implements AutoCloseable {
  /** Returns the one-hots of choice {@code j}, E × T. */
  DigitVector oneHot(int j, MoeShape shape) {
    long size = oneHots.length() / shape.topK();
    return oneHots.view(j * size, size);
  }

  /** Returns the weights of choice {@code j}, T. */
  RingVector gate(int j, MoeShape shape) {
    long tokens = gates.length() / shape.topK();
    return gates.view(j * tokens, tokens);
  }

  /** Returns the bits of choice {@code j} for expert {@code e}, T. */
  DigitVector chosen(int j, int e, MoeShape shape) {
    long tokens = gates.length() / shape.topK();
    return oneHots.view((j * (long) shape.experts() + e) * tokens, tokens);
  }

  @Override
  public void close() {
    oneHots.close();
    gates.close();
  }
}
