// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import io.secmoe.model.input.FeatureRows;
import io.secmoe.model.input.Rows;
import io.secmoe.model.layers.ClientWalk;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.LayerSpec;
import io.secmoe.model.layers.Output;
import io.secmoe.model.layers.ServedLayer;
import io.secmoe.model.layers.ServerWalk;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.compare.RangeCheck;
import io.secmoe.ring.Arena;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * The walk over the layer list, with both parties in step. The client comes with a batch's rows and
 * leaves with the agreed {@link Output}. The server comes with the weights and leaves with nothing.
 * Between layers, activations are [x]_t, features × columns, at 12 fraction bits. A row has as many
 * columns as the batch's padded length, until a layer pools them. A value that leaves its
 * calibrated range on the way is noted ({@link RangeCheck}), and the client learns for each row
 * whether one did.
 */
public final class Inference {
  private Inference() {}

  /** Returns what the server's model reveals about a batch of 1 to 8192 columns. */
  public static Predictions client(ClientParty c, LayerList layers, Rows rows, Strategy strategy) {
    ClientWalk walk = new ClientWalk(c, rows, strategy);
    c.watch().start(rows.sequences().tokens());
    RingVector x = encode(c.arena(), c.t(), rows, layers.input().features());
    for (LayerSpec<?> layer : layers.layers()) {
      try (RingVector in = x) {
        x = walk.step(layer, in);
      }
    }
    c.channel().meter().enter("output", "reveal");
    try (RingVector out = x) {
      Predictions predictions = Outcome.client(c, layers, out, rows);
      c.channel().meter().step("ranges");
      return predictions.marking(RangeCheck.open(c, rows.lengths()));
    }
  }

  /** Serves a batch. Both sides agreed on its shape in the handshake. */
  public static void server(
      ServerParty s, ServerModel model, Sequences sequences, Strategy strategy) {
    LayerList layers = model.layers();
    ServerWalk walk = new ServerWalk(s, sequences, strategy);
    s.watch().start(sequences.tokens());
    RingVector x =
        RingVector.zeros(s.arena(), s.t(), (long) layers.input().features() * sequences.tokens());
    for (ServedLayer<?> layer : model.served()) {
      try (RingVector in = x) {
        x = walk.step(layer, in);
      }
    }
    s.channel().meter().enter("output", "reveal");
    try (RingVector out = x) {
      Outcome.server(s, layers, out);
      s.channel().meter().step("ranges");
      RangeCheck.open(s, sequences.count());
    }
  }

  /**
   * Returns shares of the rows' numbers, features × rows. Ids are not encoded here; the embedding
   * takes them.
   */
  private static RingVector encode(Arena arena, Modulus t, Rows rows, int width) {
    RingVector x = RingVector.uninitialised(arena, t, (long) width * rows.count());
    if (rows instanceof FeatureRows numbers) {
      for (int row = 0; row < rows.count(); row++) {
        for (int i = 0; i < width; i++) {
          x.set(
              (long) i * rows.count() + row,
              t.canonical(FixedPoint.encode(numbers.features()[row][i], FixedPoint.FRACTION)));
        }
      }
    }
    return x;
  }
}
