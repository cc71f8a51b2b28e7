// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.cases;

import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.data.MoeData;
import io.secmoe.bench.data.PlainGemm;
import io.secmoe.bench.data.Seeded;
import io.secmoe.bench.report.CaseFigures;
import io.secmoe.moe.MoeLayer;
import io.secmoe.moe.MoeWeights;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Activation;
import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.party.Profile;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.share.Reveal;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** One sparse layer with random weights, split into router, linear and activation. */
final class MoeLayerCase implements Case {
  private static final int CHECKED_TOKENS = 32;
  private static final long SHARE_SEED = 15;

  /** Seconds per token of selecting parameters, at the smallest sizes. */
  private static final double SECONDS_PER_TOKEN = 0.1;

  private final MoeData data;
  private final Strategy strategy;
  private final Profile profile;

  private MoeLayerCase(MoeData data, Strategy strategy, Profile profile) {
    this.data = data;
    this.strategy = strategy;
    this.profile = profile;
  }

  static MoeLayerCase of(Arguments a) {
    MoeData data =
        new MoeData(
            a.integer("experts", 8),
            a.integer("d", 64),
            a.integer("d-ff", 256),
            a.integer("tokens", 8192),
            Activation.valueOf(a.text("activation", "gelu").toUpperCase(Locale.ROOT)));
    return new MoeLayerCase(
        data,
        Strategy.valueOf(a.text("strategy", "select").toUpperCase(Locale.ROOT)),
        Case.profile(a));
  }

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> p = new LinkedHashMap<>();
    p.put("d", data.shape.expert().width());
    p.put("d_ff", data.shape.expert().hidden());
    p.put("experts", data.shape.experts());
    p.put("tokens", data.tokens);
    p.put("strategy", strategy.name().toLowerCase(Locale.ROOT));
    p.put("activation", data.shape.expert().activation().name().toLowerCase(Locale.ROOT));
    p.put("ot", profile.ot().label());
    p.put("comparison", profile.comparison().label());
    return p;
  }

  @Override
  public Profile profile() {
    return profile;
  }

  @Override
  public OptionalDouble estimateSeconds() {
    double elements =
        (double) data.tokens
            * data.shape.expert().hidden()
            * (strategy == Strategy.ALL ? data.shape.experts() : 1);
    double parameters = strategy == Strategy.PARAMETERS ? data.tokens * SECONDS_PER_TOKEN : 0;
    return OptionalDouble.of(5 + gemmOperations() / 5e10 + elements * 15e-6 + parameters);
  }

  /**
   * Returns floating-point operations of the layer's exact GEMMs: rows × inner dimension × slice
   * columns, for both matrices.
   */
  private double gemmOperations() {
    if (strategy == Strategy.PARAMETERS) {
      return 0;
    }
    double products =
        2.0 * data.shape.experts() * data.shape.expert().width() * data.shape.expert().hidden();
    int columns = strategy == Strategy.SELECT ? 3 * 3 * 2 : 2 * 2 * 2;
    return 2 * products * columns * 8192;
  }

  @Override
  public CaseFigures client(ClientParty c) {
    long[] inputs = data.inputs();
    try (RingVector x =
        Seeded.clientShare(c.arena(), c.t(), inputs.length, i -> inputs[(int) i], SHARE_SEED)) {
      c.channel().meter().enter("moe", "router");
      try (RingVector y =
          MoeLayer.client(c, data.shape, strategy, new Sequences(data.tokens, 1), x)) {
        c.channel().meter().enter("check", "reveal");
        try (RingVector opened = Reveal.client(c, y)) {
          return CaseFigures.of(
              c.channel().meter(), Map.of("max_error", largestError(inputs, opened, c.t())));
        }
      }
    }
  }

  private double largestError(long[] inputs, RingVector opened, Modulus t) {
    MoeWeights weights = data.weights();
    double worst = 0;
    for (int token = 0; token < Math.min(CHECKED_TOKENS, data.tokens); token++) {
      double[] expected = data.plaintext(weights, inputs, token);
      for (int i = 0; expected != null && i < expected.length; i++) {
        double got = t.centred(opened.get((long) i * data.tokens + token)) / 4096.0;
        worst = Math.max(worst, Math.abs(got - expected[i]));
      }
    }
    return worst;
  }

  @Override
  public CaseFigures server(ServerParty s) {
    MoeWeights weights = data.weights();
    PlainGemm plain = new PlainGemm(s.arena());
    plain.measure(s.pool());
    try (RingVector x =
        Seeded.serverShare(
            s.arena(), s.t(), (long) data.shape.expert().width() * data.tokens, SHARE_SEED)) {
      s.channel().meter().enter("moe", "router");
      try (RingVector y =
          MoeLayer.server(s, data.shape, strategy, weights, new Sequences(data.tokens, 1), x)) {
        s.channel().meter().enter("check", "reveal");
        Reveal.server(s, y);
      }
    }
    s.channel().meter().enter("check", "plain gemm");
    plain.measure(s.pool());
    return CaseFigures.of(
        s.channel().meter(),
        Map.of(
            "gemm_flop",
            gemmOperations(),
            "plain_gemm_cpu_s",
            gemmOperations() * plain.medianCpuSecondsPerOperation()));
  }
}
