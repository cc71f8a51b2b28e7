package io.secmoe.model;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.Rescale;
import io.secmoe.protocol.Reveal;
import io.secmoe.protocol.Top1;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * The end of an inference: shares of the logits, [x]_t, classes × rows at 12 fraction bits, become what the server's {@link Output}
 * reveals to the client, and nothing more. Logits travel no wider than their calibrated range. A label comes out of an oblivious
 * {@link Top1} over the classes, of which only the one-hot position is opened: E bits per row; equal logits give the lowest index.
 * Rounds and bytes: those of {@link Rescale}, of Top1 for a label, and of {@link Reveal}.
 */
final class Outcome {
  private Outcome() {}

  static Predictions client(ClientParty c, LayerList layers, RingVector x, int rows) {
    if (layers.classes() == 1 && layers.output() == Output.LABEL) {
      return Predictions.ofLabels(new int[rows]);
    }
    try (RingVector narrow = Rescale.client(c, x, 0, ring(layers))) {
      if (layers.output() == Output.LABEL) {
        c.channel().meter().step("label");
        try (Top1.Result top = Top1.client(c, narrow, layers.classes(), differenceBits(layers));
            DigitVector oneHot = Reveal.client(c, top.oneHot())) {
          return Predictions.ofLabels(positions(oneHot, rows, layers.classes()));
        }
      }
      try (RingVector logits = Reveal.client(c, narrow)) {
        return Predictions.ofLogits(decode(logits, rows, layers.classes()));
      }
    }
  }

  static void server(ServerParty s, LayerList layers, RingVector x) {
    if (layers.classes() == 1 && layers.output() == Output.LABEL) {
      return;
    }
    try (RingVector narrow = Rescale.server(s, x, 0, ring(layers))) {
      if (layers.output() == Output.LABEL) {
        s.channel().meter().step("label");
        try (Top1.Result top = Top1.server(s, narrow, layers.classes(), differenceBits(layers))) {
          Reveal.server(s, top.oneHot());
        }
      } else {
        Reveal.server(s, narrow);
      }
    }
  }

  /** A label needs room for differences of two logits: one bit more. */
  private static Modulus ring(LayerList layers) {
    return Modulus.powerOfTwo(layers.output() == Output.LABEL ? differenceBits(layers) + 1 : differenceBits(layers));
  }

  /** Logits lie below 2^outputBits in magnitude at 12 fraction bits. */
  private static int differenceBits(LayerList layers) {
    return layers.last().outputBits() + FixedPoint.FRACTION + 1;
  }

  private static float[][] decode(RingVector logits, int rows, int classes) {
    float[][] out = new float[rows][classes];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < classes; i++) {
        long value = logits.modulus().centred(logits.get((long) i * rows + row));
        out[row][i] = (float) FixedPoint.decode(value, FixedPoint.FRACTION);
      }
    }
    return out;
  }

  private static int[] positions(DigitVector oneHot, int rows, int classes) {
    int[] out = new int[rows];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < classes; i++) {
        out[row] += i * oneHot.get((long) i * rows + row);
      }
    }
    return out;
  }
}
