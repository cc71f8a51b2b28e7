package io.secmoe.model;

import io.secmoe.linear.Linear;
import io.secmoe.moe.MoeLayer;
import io.secmoe.moe.Strategy;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.Rescale;
import io.secmoe.protocol.Reveal;
import io.secmoe.ring.Arena;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * The walk over the layer list, both parties in step: the client comes with a batch's features and leaves with its logits, the server
 * comes with the weights and leaves with nothing. Between layers activations are [x]_t, features × rows, at 12 fraction bits.
 */
public final class Inference {
  private Inference() {}

  /**
   * The logits of a batch of 1 to 8192 rows.
   *
   * @param features rows × inputFeatures, each accepted by {@link LayerList#accepts}
   * @return rows × classes
   */
  public static float[][] client(ClientParty c, LayerList layers, float[][] features, Strategy strategy) {
    RingVector x = encode(c.arena(), c.t(), features, layers.inputFeatures());
    for (LayerSpec layer : layers.layers()) {
      c.channel().meter().enter(layer.name(), firstStep(layer));
      try (RingVector in = x) {
        x = layer instanceof MoeSpec moe
            ? MoeLayer.client(c, moe.shape(), strategy, in).addInPlace(in)
            : client(c, (LinearSpec) layer, in);
      }
    }
    c.channel().meter().enter("output", "reveal");
    try (RingVector out = x;
        RingVector narrow = Rescale.client(c, out, 0, outputRing(layers));
        RingVector logits = Reveal.client(c, narrow)) {
      return decode(logits, features.length, layers.classes());
    }
  }

  /** Serves a batch of {@code rows} rows; both sides agreed on the number in the handshake. */
  public static void server(ServerParty s, ServerModel model, int rows, Strategy strategy) {
    LayerList layers = model.layers();
    RingVector x = RingVector.zeros(s.arena(), s.t(), (long) layers.inputFeatures() * rows);
    for (int i = 0; i < layers.layers().size(); i++) {
      LayerSpec layer = layers.layers().get(i);
      s.channel().meter().enter(layer.name(), firstStep(layer));
      try (RingVector in = x) {
        x = layer instanceof MoeSpec moe
            ? MoeLayer.server(s, moe.shape(), strategy, model.moe(i), in).addInPlace(in)
            : server(s, (LinearSpec) layer, model.linear(i), in);
      }
    }
    s.channel().meter().enter("output", "reveal");
    try (RingVector out = x; RingVector narrow = Rescale.server(s, out, 0, outputRing(layers))) {
      Reveal.server(s, narrow);
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

  /** Logits travel no wider than their calibrated range. */
  private static Modulus outputRing(LayerList layers) {
    LayerSpec last = layers.layers().get(layers.layers().size() - 1);
    int bits = last instanceof LinearSpec linear ? linear.outputBits() : ((MoeSpec) last).shape().outputBits() + 1;
    return Modulus.powerOfTwo(bits + FixedPoint.FRACTION + 1);
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
}
