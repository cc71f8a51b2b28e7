// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.cases;

import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.report.CaseFigures;
import io.secmoe.party.ClientParty;
import io.secmoe.party.OtStock;
import io.secmoe.party.Party;
import io.secmoe.party.Profile;
import io.secmoe.party.ServerParty;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Correlated OTs alone: n in either direction, taken a tile at a time and thrown away. Both
 * directions count from an empty stock, so all that is made once but base OTs is part of the
 * figures.
 */
final class CotCase implements Case {
  private static final long TILE = 1 << 20;

  private final long n;
  private final Profile profile;

  private CotCase(long n, Profile profile) {
    this.n = n;
    this.profile = profile;
  }

  static CotCase of(Arguments a) {
    return new CotCase(
        a.name().equals("op") ? a.integer("elements", 20_000_000) : a.integer("n", 20_000_000),
        Case.profile(a));
  }

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> p = new LinkedHashMap<>();
    p.put("n", n);
    p.put("correlations", 2 * n);
    p.put("ot", profile.ot().label());
    return p;
  }

  @Override
  public Profile profile() {
    return profile;
  }

  @Override
  public OptionalDouble estimateSeconds() {
    return OptionalDouble.of(3 + n * 2e-7);
  }

  @Override
  public CaseFigures client(ClientParty c) {
    take(c, "server sends", c.receives());
    take(c, "client sends", c.sends());
    return CaseFigures.of(c.channel().meter(), Map.of());
  }

  @Override
  public CaseFigures server(ServerParty s) {
    take(s, "server sends", s.sends());
    take(s, "client sends", s.receives());
    return CaseFigures.of(s.channel().meter(), Map.of());
  }

  private void take(Party p, String step, OtStock stock) {
    p.channel().meter().enter("cot", step);
    for (long from = 0; from < n; from += TILE) {
      stock.take(Math.min(TILE, n - from)).close();
    }
    p.channel().meter().enter(CaseFigures.CHECK, "over");
  }
}
