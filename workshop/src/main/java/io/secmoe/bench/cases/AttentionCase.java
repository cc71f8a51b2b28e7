// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.cases;

import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.data.AttentionData;
import io.secmoe.bench.data.Seeded;
import io.secmoe.bench.report.CaseFigures;
import io.secmoe.layer.Attention;
import io.secmoe.layer.AttentionWeights;
import io.secmoe.party.ClientParty;
import io.secmoe.party.Profile;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.share.Reveal;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One attention layer with random weights, split into projections, scores, softmax, values and
 * output.
 */
final class AttentionCase implements Case {
  private static final int CHECKED_SEQUENCES = 2;
  private static final long SHARE_SEED = 22;

  private final AttentionData data;
  private final Profile profile;

  private AttentionCase(AttentionData data, Profile profile) {
    this.data = data;
    this.profile = profile;
  }

  static AttentionCase of(Arguments a) {
    AttentionData data =
        new AttentionData(
            a.integer("d", 64),
            a.integer("heads", 4),
            a.integer("sequences", 64),
            a.integer("length", 16));
    return new AttentionCase(data, Case.profile(a));
  }

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> p = new LinkedHashMap<>();
    p.put("d", data.shape.width());
    p.put("heads", data.shape.heads().count());
    p.put("sequences", data.sequences.count());
    p.put("length", data.sequences.length());
    p.put("scores", scores());
    p.put("ot", profile.ot().label());
    p.put("comparison", profile.comparison().label());
    return p;
  }

  private long scores() {
    return (long) data.shape.heads().count() * data.sequences.tokens() * data.sequences.length();
  }

  @Override
  public Profile profile() {
    return profile;
  }

  @Override
  public OptionalDouble estimateSeconds() {
    double d = data.shape.width();
    return OptionalDouble.of(5 + 4 * 2 * d * d * 8 * 8192 / 5e10 + scores() * 2e-5);
  }

  @Override
  public CaseFigures client(ClientParty c) {
    long inputs = (long) data.shape.width() * data.sequences.tokens();
    try (RingVector x =
        Seeded.clientShare(c.arena(), c.t(), inputs, AttentionData::input, SHARE_SEED)) {
      c.channel().meter().enter("attention", "projections");
      try (RingVector y = Attention.client(c, data.shape, data.sequences, data.lengths(), x)) {
        c.channel().meter().enter(CaseFigures.CHECK, "reveal");
        try (RingVector opened = Reveal.client(c, y)) {
          return CaseFigures.of(
              c.channel().meter(), Map.of("max_error", largestError(opened, c.t())));
        }
      }
    }
  }

  private double largestError(RingVector opened, Modulus t) {
    AttentionWeights weights = data.weights();
    int length = data.sequences.length();
    double worst = 0;
    for (int s = 0; s < Math.min(CHECKED_SEQUENCES, data.sequences.count()); s++) {
      double[] expected = data.plaintext(weights, s);
      for (int i = 0; i < expected.length; i++) {
        long at = (long) (i / length) * data.sequences.tokens() + (long) s * length + i % length;
        worst = Math.max(worst, Math.abs(t.centred(opened.get(at)) / 4096.0 - expected[i]));
      }
    }
    return worst;
  }

  @Override
  public CaseFigures server(ServerParty s) {
    long inputs = (long) data.shape.width() * data.sequences.tokens();
    try (RingVector x = Seeded.serverShare(s.arena(), s.t(), inputs, SHARE_SEED)) {
      s.channel().meter().enter("attention", "projections");
      try (RingVector y = Attention.server(s, data.shape, data.weights(), data.sequences, x)) {
        s.channel().meter().enter(CaseFigures.CHECK, "reveal");
        Reveal.server(s, y);
      }
    }
    return CaseFigures.of(s.channel().meter(), Map.of());
  }
}
