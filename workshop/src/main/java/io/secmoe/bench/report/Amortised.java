// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.report;

import io.secmoe.channel.Meter;
import io.secmoe.party.OtUse;
import io.secmoe.party.Party;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The costs of a protocol in the long run. Correlated OTs are made ahead in blocks that may be far
 * larger than a measurement needs, or were left over from before it. So each used OT counts with an
 * equal share of everything made meanwhile: bytes, CPU and wall time of these blocks × used ÷ made.
 * Base OTs and first seeds are set-up. The extension's messages are no rounds of the protocol,
 * because it need not wait for them.
 */
public final class Amortised {
  /** The layer that counts. */
  static final String LAYER = "op";

  private final Party party;
  private long used;
  private long made;

  public Amortised(Party party) {
    this.party = party;
  }

  /** Starts the measurement, until {@link #leave}; returns the value to pass to it. */
  public OtUse enter(String step) {
    party.channel().meter().enter(LAYER, step);
    party.channel().meter().startRound();
    return party.otUse();
  }

  public void leave(OtUse before) {
    OtUse after = party.otUse();
    used += after.taken() - before.taken();
    made += after.made() - before.made();
    party.channel().meter().enter(CaseFigures.CHECK, "after");
  }

  /** Returns the figures of the measurement, in two steps that add up: its own, and "extension". */
  public CaseFigures figures(long elements, Map<String, Object> extra) {
    List<Meter.Entry> entries = party.channel().meter().entries();
    Map<String, CaseFigures.Step> steps = new LinkedHashMap<>();
    long payload = 0;
    for (Meter.Entry e : entries) {
      if (e.layer().equals(LAYER)) {
        CaseFigures.Step own = CaseFigures.Step.of(e.all()).minus(CaseFigures.Step.of(e.ahead()));
        steps.put(e.step(), own);
        payload += own.payload();
      } else if (e.layer().equals(CaseFigures.SETUP)) {
        steps.put(e.step(), CaseFigures.Step.of(e.all()));
      }
    }
    Map<String, Object> all = new LinkedHashMap<>(extra);
    all.put("cot", used);
    all.put("cot_made", made);
    all.put("bits", 8.0 * payload / elements);
    steps.put("extension", extension(entries).withoutRounds());
    return CaseFigures.of(steps, all);
  }

  /**
   * Returns the costs of extension. They are computed from the correlations made in the
   * measurement, or from all since set-up if these were few.
   */
  private CaseFigures.Step extension(List<Meter.Entry> entries) {
    boolean enough = 2 * made >= used;
    CaseFigures.Step all =
        entries.stream()
            .filter(e -> enough ? e.layer().equals(LAYER) : !e.layer().equals(CaseFigures.SETUP))
            .map(e -> CaseFigures.Step.of(e.ahead()))
            .reduce(CaseFigures.Step.NONE, CaseFigures.Step::plus);
    long divisor = enough ? made : party.otUse().made();
    return divisor == 0 ? CaseFigures.Step.NONE : all.times((double) used / divisor);
  }
}
