// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import io.secmoe.model.input.Rows;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.Output;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.compare.RangeCheck;
import io.secmoe.protocol.select.Top1;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.protocol.share.Reveal;
import io.secmoe.protocol.tile.Tiles;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * The end of an inference. Shares of the last layer's results, [x]_t, outputs × columns at 12
 * fraction bits, become what the server's {@link Output} reveals to the client, and nothing more. A
 * row has one column, or one for every token of its padded length if nothing was pooled.
 *
 * <p>Logits and embeddings travel no wider than their calibrated range. Embeddings of tokens come
 * for all columns, including those beyond a row's end, because the server does not know the end. A
 * label comes out of an oblivious {@link Top1} over the classes, of which only the one-hot position
 * is opened: E bits per row; equal logits give the lowest index. Rounds and bytes: those of {@link
 * Rescale} and {@link Reveal} per tile, of Top1 for a label.
 */
final class Outcome {
  private Outcome() {}

  static Predictions client(ClientParty c, LayerList layers, RingVector x, Rows rows) {
    RangeCheck.run(
        c, RangeCheck.Width.WIDE, x, columns(layers, x), FixedPoint.FRACTION, layers.resultBits());
    return switch (layers.output()) {
      case LABEL ->
          Predictions.ofLabels(
              layers.classes() == 1 ? new int[rows.count()] : labels(c, layers, x, rows.count()));
      case LOGITS -> Predictions.ofLogits(reveal(c, layers, x, rows));
      case EMBEDDINGS -> Predictions.ofEmbeddings(reveal(c, layers, x, rows));
    };
  }

  static void server(ServerParty s, LayerList layers, RingVector x) {
    RangeCheck.run(
        s, RangeCheck.Width.WIDE, x, columns(layers, x), FixedPoint.FRACTION, layers.resultBits());
    if (layers.output() != Output.LABEL) {
      reveal(s, layers, x);
    } else if (layers.classes() > 1) {
      label(s, layers, x);
    }
  }

  private static long columns(LayerList layers, RingVector x) {
    return x.length() / layers.width();
  }

  private static int[] labels(ClientParty c, LayerList layers, RingVector x, int rows) {
    c.channel().meter().step("label");
    int bits = differenceBits(layers);
    try (RingVector narrow = Rescale.client(c, x, 0, Modulus.powerOfTwo(bits + 1));
        Top1.Result top = Top1.run(c, narrow, layers.classes(), bits);
        DigitVector oneHot = Reveal.client(c, top.oneHot())) {
      return positions(oneHot, rows, layers.classes());
    }
  }

  private static void label(ServerParty s, LayerList layers, RingVector x) {
    s.channel().meter().step("label");
    int bits = differenceBits(layers);
    try (RingVector narrow = Rescale.server(s, x, 0, Modulus.powerOfTwo(bits + 1));
        Top1.Result top = Top1.run(s, narrow, layers.classes(), bits)) {
      Reveal.server(s, top.oneHot());
    }
  }

  private static float[][] reveal(ClientParty c, LayerList layers, RingVector x, Rows rows) {
    Modulus ring = Modulus.powerOfTwo(differenceBits(layers));
    try (RingVector values =
        Tiles.map(
            c.arena(),
            x,
            ring,
            tile -> {
              try (RingVector narrow = Rescale.client(c, tile, 0, ring)) {
                return Reveal.client(c, narrow);
              }
            })) {
      return decode(values, layers.width(), rows, layers.perToken());
    }
  }

  private static void reveal(ServerParty s, LayerList layers, RingVector x) {
    Modulus ring = Modulus.powerOfTwo(differenceBits(layers));
    Tiles.forEach(
        x,
        tile -> {
          try (RingVector narrow = Rescale.server(s, tile, 0, ring)) {
            Reveal.server(s, narrow);
          }
        });
  }

  /**
   * Returns the bits of results with their sign, which is also the number of bits of differences of
   * two results without it. Results lie below 2^outputBits in magnitude at 12 fraction bits.
   */
  private static int differenceBits(LayerList layers) {
    return layers.resultBits() + FixedPoint.FRACTION + 1;
  }

  /** Returns for each row its columns' features, one column after the other. */
  private static float[][] decode(RingVector values, int features, Rows rows, boolean perToken) {
    int stride = perToken ? rows.length() : 1;
    int[] lengths = rows.lengths();
    long columns = values.length() / features;
    float[][] out = new float[rows.count()][];
    for (int row = 0; row < out.length; row++) {
      out[row] = new float[features * (perToken ? lengths[row] : 1)];
      for (int i = 0; i < out[row].length; i++) {
        long value = values.get(i % features * columns + (long) row * stride + i / features);
        out[row][i] =
            (float) FixedPoint.decode(values.modulus().centred(value), FixedPoint.FRACTION);
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
