package io.secmoe.model;

import io.secmoe.linear.Linear;
import io.secmoe.moe.MoeLayer;
import io.secmoe.moe.Sequences;
import io.secmoe.moe.Strategy;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.Rescale;
import io.secmoe.ring.Arena;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * The walk over the layer list, both parties in step: the client comes with a batch's rows and leaves with the agreed {@link Output}, the
 * server comes with the weights and leaves with nothing. Between layers activations are [x]_t, features × columns, at 12 fraction
 * bits; a row has as many columns as the batch's padded length, until a layer pools them.
 */
public final class Inference {
  private Inference() {}

  /** What the server's model reveals of a batch of 1 to 8192 columns. */
  public static Predictions client(ClientParty c, LayerList layers, Rows rows, Strategy strategy) {
    RingVector x = encode(c.arena(), c.t(), ((FeatureRows) rows).features(), layers.input().features());
    for (LayerSpec layer : layers.layers()) {
      c.channel().meter().enter(layer.name(), firstStep(layer));
      try (RingVector in = x) {
        x = layer instanceof MoeSpec moe
            ? MoeLayer.client(c, moe.shape(), strategy, rows.sequences(), in).addInPlace(in)
            : client(c, (LinearSpec) layer, in);
      }
    }
    c.channel().meter().enter("output", "reveal");
    try (RingVector out = x) {
      return Outcome.client(c, layers, out, rows);
    }
  }

  /** Serves a batch; both sides agreed on its shape in the handshake. */
  public static void server(ServerParty s, ServerModel model, Sequences sequences, Strategy strategy) {
    LayerList layers = model.layers();
    RingVector x = RingVector.zeros(s.arena(), s.t(), (long) layers.input().features() * sequences.tokens());
    for (int i = 0; i < layers.layers().size(); i++) {
      LayerSpec layer = layers.layers().get(i);
      s.channel().meter().enter(layer.name(), firstStep(layer));
      try (RingVector in = x) {
        x = layer instanceof MoeSpec moe
            ? MoeLayer.server(s, moe.shape(), strategy, model.moe(i), sequences, in).addInPlace(in)
            : server(s, (LinearSpec) layer, model.linear(i), in);
      }
    }
    s.channel().meter().enter("output", "reveal");
    try (RingVector out = x) {
      Outcome.server(s, layers, out);
    }
  }

  /** What the meter counts under until the layer says otherwise. */
  private static String firstStep(LayerSpec layer) {
    return layer instanceof MoeSpec ? "router" : "linear";
  }

  private static RingVector client(ClientParty c, LinearSpec layer, RingVector x) {
    try (RingVector y = Linear.client(c, layer.shape(), x)) {
      return Rescale.client(c, y, layer.shape().weightFraction(), c.t());
    }
  }

  private static RingVector server(ServerParty s, LinearSpec layer, LinearWeights weights, RingVector x) {
    try (RingVector y = Linear.server(s, weights.weights(), weights.bias(), x)) {
      return Rescale.server(s, y, layer.shape().weightFraction(), s.t());
    }
  }

  private static RingVector encode(Arena arena, Modulus t, float[][] features, int width) {
    RingVector x = RingVector.uninitialised(arena, t, (long) width * features.length);
    for (int row = 0; row < features.length; row++) {
      for (int i = 0; i < width; i++) {
        x.set((long) i * features.length + row, t.canonical(FixedPoint.encode(features[row][i], FixedPoint.FRACTION)));
      }
    }
    return x;
  }
}
