// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One party's state of {@link UnpackKeys}. Once j bits of the index are known, there is one
 * XOR-shared bit for each remainder ρ &lt; min(2^j, E), which says "the index is ρ modulo 2^j". The
 * next bit of the index divides the bit of ρ between ρ and ρ + 2^j, unless ρ + 2^j is no candidate.
 */
final class Positions implements AutoCloseable {
  private final Arena arena;
  private final RingVector keys;
  private final TopKPlan plan;
  private final boolean server;
  private final DigitVector[] isRemainder;
  private int known;
  private DigitVector carry;
  private DigitVector own;

  Positions(Arena arena, RingVector keys, TopKPlan plan, boolean server) {
    this.arena = arena;
    this.keys = keys;
    this.plan = plan;
    this.server = server;
    this.isRemainder = new DigitVector[plan.experts()];
    this.carry = zeros();
    this.own = keys.digits(arena, 0, 1);
  }

  private DigitVector zeros() {
    try (DigitVector any = keys.digits(arena, 0, 1)) {
      return any.copy(arena).xorInPlace(any);
    }
  }

  boolean undecided() {
    return known < plan.indexBits();
  }

  /**
   * Returns the number of remainders that the next bit splits by an AND: none for the first bit,
   * which is its own outcome.
   */
  private int splitting() {
    return known == 0 ? 0 : Math.min(1 << known, plan.experts() - (1 << known));
  }

  /** Returns the shares of the index's next bit: the complement of the rank's. */
  private DigitVector indexBit() {
    return own.copy(arena).xorInPlace(carry).xorInPlace(server ? 1 : 0);
  }

  /**
   * Returns the first operands: one party's bit ⊕ carry, then the index's bit for every remainder.
   */
  DigitVector bits() {
    try (DigitVector client = server ? carry.copy(arena) : own.copy(arena).xorInPlace(carry);
        DigitVector bit = indexBit()) {
      List<DigitVector> parts = new ArrayList<>(List.of(client));
      for (int i = 0; i < splitting(); i++) {
        parts.add(bit);
      }
      return DigitVector.concat(arena, parts.toArray(new DigitVector[0]));
    }
  }

  /** Returns the second operands: the other party's bit ⊕ carry, then the remainders' bits. */
  DigitVector operands() {
    try (DigitVector other = server ? own.copy(arena).xorInPlace(carry) : carry.copy(arena)) {
      List<DigitVector> parts = new ArrayList<>(List.of(other));
      parts.addAll(Arrays.asList(isRemainder).subList(0, splitting()));
      return DigitVector.concat(arena, parts.toArray(new DigitVector[0]));
    }
  }

  /**
   * Moves on by one bit of the index. {@code products} are the ANDs of {@link #bits} and {@link
   * #operands}.
   */
  void split(DigitVector products) {
    long n = keys.length();
    if (known == 0) {
      isRemainder[1] = indexBit();
      isRemainder[0] = isRemainder[1].copy(arena).xorInPlace(server ? 1 : 0);
    }
    for (int r = 0; r < splitting(); r++) {
      DigitVector upper = products.view((r + 1) * n, n).copy(arena);
      isRemainder[r].xorInPlace(upper);
      isRemainder[r + (1 << known)] = upper;
    }
    carry.xorInPlace(products.view(0, n));
    known++;
    own.close();
    own = keys.digits(arena, known, 1);
  }

  /** Returns the carry of the shares' low parts into the value, after the last bit. */
  DigitVector carry() {
    return carry;
  }

  TopK.Result result(RingVector arithmeticCarry) {
    List<DigitVector> rows = new ArrayList<>();
    long tokens = keys.length() / plan.k();
    for (int w = 0; w < plan.k(); w++) {
      for (DigitVector candidate : isRemainder) {
        rows.add(candidate.view(w * tokens, tokens));
      }
    }
    RingVector values =
        keys.shift(arena, plan.indexBits(), false, plan.valueRing()).addInPlace(arithmeticCarry);
    return new TopK.Result(DigitVector.concat(arena, rows.toArray(new DigitVector[0])), values);
  }

  @Override
  public void close() {
    carry.close();
    own.close();
    for (DigitVector bit : isRemainder) {
      if (bit != null) {
        bit.close();
      }
    }
  }
}
