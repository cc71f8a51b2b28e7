package io.secmoe.protocol;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/**
 * GeLU (erf form): additive shares of x in Z_{2^r} at 12 fraction bits to shares of gelu(x) in the same ring at 24, r ≥ rangeBits + 26.
 *
 * <p>gelu(x) = relu(x) + h(|x|) with h even, so one sign serves both |x| = 2·relu(x) − x and relu(x); h is
 * {@link PiecewiseFunction#GELU_TAIL}, zero from 4 on. For |x| &lt; 2^rangeBits ≤ 2^9; error at most 2^−8.
 * Rounds: those of {@link Relu} and {@link Piecewise}. Source: the even-part trick of BumbleBee (Lu et al., NDSS 2025).
 */
public final class Gelu {
  private Gelu() {}

  /** The client's share of gelu(x); x stays open. */
  public static RingVector client(ClientParty c, RingVector x, int rangeBits) {
    try (RingVector relu = Relu.client(c, x, rangeBits);
        RingVector magnitude = magnitude(c.arena(), relu, x);
        RingVector tail = Piecewise.client(c, PiecewiseFunction.GELU_TAIL, magnitude, rangeBits)) {
      return combine(c.arena(), relu, tail);
    }
  }

  /** The server's share of gelu(x); x stays open. */
  public static RingVector server(ServerParty s, RingVector x, int rangeBits) {
    try (RingVector relu = Relu.server(s, x, rangeBits);
        RingVector magnitude = magnitude(s.arena(), relu, x);
        RingVector tail = Piecewise.server(s, PiecewiseFunction.GELU_TAIL, magnitude, rangeBits)) {
      return combine(s.arena(), relu, tail);
    }
  }

  /** |x| = 2·relu(x) − x. */
  private static RingVector magnitude(Arena arena, RingVector relu, RingVector x) {
    return relu.copy(arena).combineInPlace(2, -1, x, 0);
  }

  private static RingVector combine(Arena arena, RingVector relu, RingVector tail) {
    return relu.copy(arena).combineInPlace(1L << (Piecewise.OUT - Piecewise.IN), 1, tail, 0);
  }
}
