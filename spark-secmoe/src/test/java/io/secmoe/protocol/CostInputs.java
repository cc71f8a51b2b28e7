// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol;

import io.secmoe.party.Party;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.ArrayList;
import java.util.List;

/**
 * One party's inputs to a protocol whose costs are measured: random shares, as costs depend on the
 * shape alone. Closes them.
 */
final class CostInputs implements AutoCloseable {
  static final String STEP = "counted";

  private final Party party;
  private final String layer;
  private final long elements;
  private final List<AutoCloseable> made = new ArrayList<>();

  /** Counts the party's work for {@code layer} from now on. */
  CostInputs(Party party, String layer, long elements) {
    this.party = party;
    this.layer = layer;
    this.elements = elements;
    count();
  }

  private void count() {
    party.channel().meter().enter(layer, STEP);
    party.channel().meter().startRound();
  }

  RingVector ring(Modulus m) {
    return ring(m, elements);
  }

  RingVector ring(Modulus m, long n) {
    RingVector v = RingVector.random(party.arena(), m, n, party.rng());
    made.add(v);
    return v;
  }

  /** Returns {@code times} vectors, one after the other. */
  RingVector many(Modulus m, int times) {
    return ring(m, times * elements);
  }

  /** Returns a resource that closes the inputs as well. */
  AutoCloseable closing(List<? extends AutoCloseable> results) {
    made.addAll(results);
    return null;
  }

  DigitVector digits(int width) {
    return digits(width, elements);
  }

  DigitVector digits(int width, long n) {
    DigitVector d = DigitVector.random(party.arena(), width, n, party.rng());
    made.add(d);
    return d;
  }

  /** Runs what the protocol needs beforehand and does not pay for. */
  void uncounted(Runnable before) {
    party.channel().meter().enter("test", "uncounted");
    before.run();
    count();
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable v : made) {
      v.close();
    }
  }
}
