package io.secmoe.protocol;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * A piecewise quadratic of a shared value: additive shares of x in Z_{2^r} at 12 fraction bits to shares of f(x) in the same ring at 24.
 *
 * <p>f(x) = P₀(x) + Σ_j [x ≥ θ_j]·(P_j − P_{j−1})(x): thermometer bits and telescoping muxes. With public coefficients every
 * difference is local once x² is shared, and only one square is evaluated whatever the number of pieces. Telescoping is exact modulo
 * 2^r, so pieces that do not apply may overflow freely. Breakpoints are met to 2^−6: neighbouring pieces agree there.
 *
 * <p>For |x| &lt; 2^rangeBits, rangeBits ≤ 9 (x² must stay below t/4 at 20 fraction bits), and |f| &lt; 2^(r − 26). Rounds: those of two
 * rescales, a square, a comparison and a mux; all breakpoints ride together. Source: SecMoE (arXiv 2601.06790), Protocol 2, in the
 * form with public coefficients.
 */
public final class Piecewise {
  /** Fraction bits of the argument. */
  public static final int IN = 12;

  /** Fraction bits of the result. */
  public static final int OUT = 24;

  private static final int SQUARE_ROOT_FRACTION = 10;
  private static final int SQUARE_FRACTION = 8;
  private static final int BREAKPOINT_FRACTION = 6;

  private Piecewise() {}

  /** The client's share of f(x); x stays open. */
  public static RingVector client(ClientParty c, PiecewiseFunction f, RingVector x, int rangeBits) {
    Arena arena = c.arena();
    Modulus ring = x.modulus();
    try (RingVector square = squareClient(c, x, rangeBits); RingVector distances = distances(arena, f, x, rangeBits, false)) {
      try (DigitVector reached = Compare.client(c, distances);
          RingVector differences = differences(arena, f, x, square, false);
          RingVector chosen = Mux.client(c, reached, differences)) {
        return sum(arena, f, x, square, chosen, false);
      }
    }
  }

  /** The server's share of f(x); x stays open. */
  public static RingVector server(ServerParty s, PiecewiseFunction f, RingVector x, int rangeBits) {
    Arena arena = s.arena();
    try (RingVector square = squareServer(s, x, rangeBits); RingVector distances = distances(arena, f, x, rangeBits, true)) {
      try (DigitVector reached = Compare.server(s, distances).xorInPlace(1);
          RingVector differences = differences(arena, f, x, square, true);
          RingVector chosen = Mux.server(s, reached, differences)) {
        return sum(arena, f, x, square, chosen, true);
      }
    }
  }

  private static RingVector squareClient(ClientParty c, RingVector x, int rangeBits) {
    try (RingVector narrow = x.reduce(c.arena(), narrowRing(rangeBits));
        RingVector root = Rescale.client(c, narrow, IN - SQUARE_ROOT_FRACTION, c.t());
        RingVector square = Product.squareClient(c, root)) {
      return Rescale.client(c, square, 2 * SQUARE_ROOT_FRACTION - SQUARE_FRACTION, x.modulus());
    }
  }

  private static RingVector squareServer(ServerParty s, RingVector x, int rangeBits) {
    try (RingVector narrow = x.reduce(s.arena(), narrowRing(rangeBits));
        RingVector root = Rescale.server(s, narrow, IN - SQUARE_ROOT_FRACTION, s.t());
        RingVector square = Product.squareServer(s, root)) {
      return Rescale.server(s, square, 2 * SQUARE_ROOT_FRACTION - SQUARE_FRACTION, x.modulus());
    }
  }

  /** Room for |x| &lt; M/4, what a rescale asks for. */
  private static Modulus narrowRing(int rangeBits) {
    return Modulus.powerOfTwo(rangeBits + IN + 2);
  }

  /** x − θ_j at the breakpoints' precision, one breakpoint after the other; constants are the server's. */
  private static RingVector distances(Arena arena, PiecewiseFunction f, RingVector x, int rangeBits, boolean server) {
    Modulus wide = Modulus.powerOfTwo(rangeBits + IN + 2);
    Modulus coarse = Modulus.powerOfTwo(rangeBits + BREAKPOINT_FRACTION + 2);
    RingVector all = RingVector.uninitialised(arena, coarse, f.steps() * x.length());
    try (RingVector narrow = x.reduce(arena, wide); RingVector high = narrow.shift(arena, IN - BREAKPOINT_FRACTION, server, coarse)) {
      for (int j = 0; j < f.steps(); j++) {
        RingVector part = all.view(j * x.length(), x.length());
        part.put(0, high);
        part.affineInPlace(1, server ? -Math.round(Math.scalb(f.breakpoints().get(j), BREAKPOINT_FRACTION)) : 0);
      }
    }
    return all;
  }

  private static RingVector differences(Arena arena, PiecewiseFunction f, RingVector x, RingVector square, boolean server) {
    RingVector all = RingVector.uninitialised(arena, x.modulus(), f.steps() * x.length());
    for (int j = 1; j <= f.steps(); j++) {
      RingVector part = all.view((j - 1) * x.length(), x.length());
      polynomial(part, f, j, x, square, server);
    }
    return all;
  }

  private static RingVector sum(Arena arena, PiecewiseFunction f, RingVector x, RingVector square, RingVector chosen, boolean server) {
    RingVector y = RingVector.uninitialised(arena, x.modulus(), x.length());
    polynomial(y, f, 0, x, square, server);
    for (int j = 0; j < f.steps(); j++) {
      y.addInPlace(chosen.view(j * x.length(), x.length()));
    }
    return y;
  }

  private static void polynomial(RingVector out, PiecewiseFunction f, int piece, RingVector x, RingVector square, boolean server) {
    out.put(0, x);
    out.combineInPlace(f.step(piece, 1), f.step(piece, 2), square, server ? f.step(piece, 0) : 0);
  }
}
