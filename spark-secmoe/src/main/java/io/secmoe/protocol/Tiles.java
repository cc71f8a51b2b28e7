package io.secmoe.protocol;

import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Runs an elementwise protocol over a long vector tile by tile, so that memory does not grow with the vector. */
public final class Tiles {
  /** Elements of a tile: enough to hide a round trip, small enough for a few tens of megabytes of intermediates. */
  public static final int ELEMENTS = 1 << 17;

  private Tiles() {}

  /** The concatenated results of {@code protocol} on views of x; both parties must call this with equal lengths. */
  public static RingVector map(Arena arena, RingVector x, Modulus to, UnaryOperator<RingVector> protocol) {
    RingVector y = RingVector.uninitialised(arena, to, x.length());
    for (long from = 0; from < x.length(); from += ELEMENTS) {
      try (RingVector part = protocol.apply(x.view(from, Math.min(ELEMENTS, x.length() - from)))) {
        y.put(from, part);
      }
    }
    return y;
  }

  /** Runs {@code protocol}, which gives this party nothing, on views of x. */
  public static void forEach(RingVector x, Consumer<RingVector> protocol) {
    for (long from = 0; from < x.length(); from += ELEMENTS) {
      protocol.accept(x.view(from, Math.min(ELEMENTS, x.length() - from)));
    }
  }

  /** {@link #map} for a protocol from digits to ring elements. */
  public static RingVector map(Arena arena, DigitVector x, Modulus to, Function<DigitVector, RingVector> protocol) {
    RingVector y = RingVector.uninitialised(arena, to, x.length());
    for (long from = 0; from < x.length(); from += ELEMENTS) {
      try (RingVector part = protocol.apply(x.view(from, Math.min(ELEMENTS, x.length() - from)))) {
        y.put(from, part);
      }
    }
    return y;
  }
}
