package io.secmoe.moe;

import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;

/**
 * One party's shares of where tokens go.
 *
 * @param oneHot XOR shares, E × T bits, expert-major
 * @param gate [p]_t at {@link MoeLayer#GATE_FRACTION} bits, T values: the softmax weight of the chosen expert
 */
record Routing(DigitVector oneHot, RingVector gate) implements AutoCloseable {
  @Override
  public void close() {
    oneHot.close();
    gate.close();
  }
}
