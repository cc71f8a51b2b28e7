package io.secmoe.bench;

import io.secmoe.party.ClientParty;
import io.secmoe.party.Profile;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.Reveal;
import io.secmoe.ring.RingVector;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** One elementwise protocol on many values spread over its domain, both ends included. */
final class OpCase implements Case {
  private static final long SHARE_SEED = 25;

  private final Operation operation;
  private final int elements;
  private final Profile profile;

  private OpCase(Operation operation, int elements, Profile profile) {
    this.operation = operation;
    this.elements = elements;
    this.profile = profile;
  }

  static OpCase of(Arguments a) {
    return new OpCase(Operation.named(a.text("name", "gelu")), a.integer("elements", 131072), Case.profile(a));
  }

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> p = new LinkedHashMap<>();
    p.put("name", operation.name().toLowerCase(Locale.ROOT));
    p.put("elements", elements);
    p.put("ot", profile.ot().label());
    return p;
  }

  @Override
  public Profile profile() {
    return profile;
  }

  @Override
  public double estimateSeconds() {
    return 3 + elements * 2e-5;
  }

  /** Element i at the operation's input scale. */
  private long input(int i) {
    double x = i == 0 ? operation.from : i == 1 ? operation.to : new Random(i).nextDouble(operation.from, operation.to);
    return Math.round(Math.scalb(x, operation.inFraction));
  }

  @Override
  public Map<String, Object> client(ClientParty c) {
    c.channel().meter().enter("check", "inputs");
    try (RingVector x = Seeded.clientShare(c.arena(), operation.in, elements, this::input, SHARE_SEED)) {
      c.channel().meter().enter("op", operation.name().toLowerCase(Locale.ROOT));
      try (RingVector y = operation.client(c, x)) {
        c.channel().meter().enter("check", "reveal");
        try (RingVector opened = Reveal.client(c, y)) {
          return Map.of("max_error", largestError(opened));
        }
      }
    }
  }

  private double largestError(RingVector opened) {
    double worst = 0;
    for (int i = 0; i < elements; i++) {
      double got = Math.scalb((double) operation.out.centred(opened.get(i)), -operation.outFraction);
      worst = Math.max(worst, Math.abs(got - operation.plaintext.applyAsDouble(Math.scalb((double) input(i), -operation.inFraction))));
    }
    return worst;
  }

  @Override
  public Map<String, Object> server(ServerParty s) {
    s.channel().meter().enter("check", "inputs");
    try (RingVector x = Seeded.serverShare(s.arena(), operation.in, elements, SHARE_SEED)) {
      s.channel().meter().enter("op", operation.name().toLowerCase(Locale.ROOT));
      try (RingVector y = operation.server(s, x)) {
        s.channel().meter().enter("check", "reveal");
        Reveal.server(s, y);
        return Map.of();
      }
    }
  }
}
