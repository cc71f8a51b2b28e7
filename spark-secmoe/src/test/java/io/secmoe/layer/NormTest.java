// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.PlainRows;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of norm is the one that its name says. Their errors are tested with the protocols. */
class NormTest {
  private static final int FEATURES = 12;
  private static final double EPSILON = 1e-6;

  @ParameterizedTest
  @EnumSource
  void normalises(NormShape.Kind kind) {
    NormShape shape = new NormShape(kind, 4, EPSILON);
    Random random = new Random(3);
    long[] xs = random.longs(FEATURES * 30, -8 * 4096, 8 * 4096).toArray();
    double[] x = Arrays.stream(xs).mapToDouble(v -> v / 4096.0).toArray();
    double[] expected =
        switch (kind) {
          case NONE -> x;
          case RMS -> PlainRows.rmsNorm(x, FEATURES, EPSILON);
          case LAYER -> PlainRows.layerNorm(x, FEATURES, EPSILON);
        };
    Shared shared = Shared.of(Modulus.T, xs, random);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      long[] got =
          Shared.open(
              parties.run(
                  c -> {
                    try (RingVector share = shared.client(c.arena())) {
                      return Norm.run(c, shape, FEATURES, share);
                    }
                  },
                  s -> {
                    try (RingVector share = shared.server(s.arena())) {
                      return Norm.run(s, shape, FEATURES, share);
                    }
                  }));
      for (int i = 0; i < xs.length; i++) {
        assertEquals(expected[i], got[i] / 4096.0, kind == NormShape.Kind.NONE ? 0 : 0.01);
      }
    }
  }

  @Test
  void shapesAreChecked() {
    assertThrows(
        IllegalArgumentException.class, () -> new NormShape(NormShape.Kind.RMS, 0, EPSILON));
    assertThrows(
        IllegalArgumentException.class, () -> new NormShape(NormShape.Kind.RMS, 21, EPSILON));
    assertThrows(
        IllegalArgumentException.class, () -> new NormShape(NormShape.Kind.RMS, 5, -EPSILON));
    assertThrows(
        IllegalArgumentException.class, () -> new NormShape(NormShape.Kind.RMS, 5, Double.NaN));
  }
}
