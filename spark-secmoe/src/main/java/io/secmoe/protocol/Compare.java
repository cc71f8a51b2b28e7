package io.secmoe.protocol;

import io.secmoe.jni.Native;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;

/**
 * Sign: additive shares of x in Z_{2^k} to XOR shares of [x &lt; 0], x taken as a signed integer.
 *
 * <p>The sign is the XOR of the shares' top bits and of the carry out of their k − 1 low bits. The carry is [a &gt; y] with a the client's
 * low bits and y the complement of the server's: the millionaires' protocol. Leaves compare digits of two bits by 1-of-4 OT,
 * giving (greater, equal); a tree of ANDs with the shared operand "the higher half is equal" merges them.
 *
 * <p>Exact. Rounds: 1 + 1½·⌈log₂L⌉ (less where messages ride together) with L = ⌈(k − 1)/2⌉ leaves. Per element: 2L + 2(L − 1)
 * correlated OTs, 8L + 6(L − 1) bits. Source: CrypTFlow2 (Rathee et al., CCS 2020), section 3.1; the leaf of Cheetah.
 */
public final class Compare {
  private static final int DIGIT = 2;
  private static final int GREATER = 0;
  private static final int EQUAL = 1;

  private Compare() {}

  /** Number of two-bit leaves for a ring of k bits. */
  static int leaves(int k) {
    return (k - 1 + DIGIT - 1) / DIGIT;
  }

  /** The client's XOR share of [x &lt; 0]; x stays open. */
  public static DigitVector client(ClientParty c, RingVector x) {
    Arena arena = c.arena();
    int k = x.modulus().bits();
    DigitVector nodes;
    try (DigitVector digits = lowDigits(arena, x)) {
      nodes = OneOfFour.client(c, digits, DIGIT);
    }
    for (int count = leaves(k); count > 1; count = (count + 1) / 2) {
      try (Level level = Level.of(arena, nodes, count, x.length());
          DigitVector below = And.client(c, level.equal, level.low)) {
        nodes = level.merge(arena, below);
      }
    }
    return sign(arena, x, nodes);
  }

  /** The server's XOR share of [x &lt; 0]; x stays open. */
  public static DigitVector server(ServerParty s, RingVector x) {
    Arena arena = s.arena();
    int k = x.modulus().bits();
    DigitVector nodes;
    try (RingVector complement = x.copy(arena).affineInPlace(-1, -1);
        DigitVector digits = lowDigits(arena, complement);
        DigitVector table = DigitVector.uninitialised(arena, DIGIT, 4 * digits.length())) {
      Native.compareTables(digits.length(), digits.address(), digits.bytes(), table.address(), table.bytes());
      nodes = OneOfFour.server(s, table);
    }
    for (int count = leaves(k); count > 1; count = (count + 1) / 2) {
      try (Level level = Level.of(arena, nodes, count, x.length());
          DigitVector below = And.server(s, level.equal, level.low)) {
        nodes = level.merge(arena, below);
      }
    }
    return sign(arena, x, nodes);
  }

  /** The k − 1 low bits as two-bit digits, lowest first, digit by digit over the whole vector. */
  private static DigitVector lowDigits(Arena arena, RingVector x) {
    int low = x.modulus().bits() - 1;
    int leaves = leaves(low + 1);
    DigitVector all = DigitVector.uninitialised(arena, DIGIT, leaves * x.length());
    for (int i = 0; i < leaves; i++) {
      x.digits(DIGIT * i, Math.min(DIGIT, low - DIGIT * i), all.view(i * x.length(), x.length()));
    }
    return all;
  }

  private static DigitVector sign(Arena arena, RingVector x, DigitVector root) {
    try (root; DigitVector carry = root.slice(arena, GREATER, 1)) {
      return x.digits(arena, x.modulus().bits() - 1, 1).xorInPlace(carry);
    }
  }

  /** One level of the tree: nodes 2j + 1 (high) take in nodes 2j (low); an odd node at the top passes through. */
  private static final class Level implements AutoCloseable {
    final DigitVector equal;
    final DigitVector low;
    private final DigitVector greater;
    private final DigitVector rest;

    private Level(DigitVector equal, DigitVector low, DigitVector greater, DigitVector rest) {
      this.equal = equal;
      this.low = low;
      this.greater = greater;
      this.rest = rest;
    }

    static Level of(Arena arena, DigitVector nodes, int count, long n) {
      DigitVector[] lows = new DigitVector[count / 2];
      DigitVector[] highs = new DigitVector[count / 2];
      for (int j = 0; j < count / 2; j++) {
        lows[j] = nodes.view(2 * j * n, n);
        highs[j] = nodes.view((2 * j + 1) * n, n);
      }
      try (nodes; DigitVector high = DigitVector.concat(arena, highs)) {
        return new Level(high.slice(arena, EQUAL, 1), DigitVector.concat(arena, lows), high.slice(arena, GREATER, 1),
            count % 2 == 0 ? null : nodes.view((count - 1) * n, n).copy(arena));
      }
    }

    /** greater = greater_high ⊕ equal_high·greater_low, equal = equal_high·equal_low. */
    DigitVector merge(Arena arena, DigitVector below) {
      below.xorInPlace(greater);
      return rest == null ? below.copy(arena) : DigitVector.concat(arena, below, rest);
    }

    @Override
    public void close() {
      equal.close();
      low.close();
      greater.close();
      if (rest != null) {
        rest.close();
      }
    }
  }
}
