package io.secmoe.bench;

import io.secmoe.channel.Meter;
import io.secmoe.party.Party;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a protocol costs in the long run. Correlated OTs are made ahead in blocks that may be far larger than a measurement needs, so each
 * that was used counts with an equal share of everything that making them has cost in this attempt, whenever that was: bytes, CPU and wall time of
 * all blocks × used ÷ made. Base OTs and first seeds are set-up. Messages of the extension are no rounds of the protocol: it need not wait for them.
 */
final class Amortised {
  private Amortised() {}

  /** The figures of layer "op" in two steps that add up: its own, and "extension". */
  static Figures figures(Party p, long elements, long cotUsed, Map<String, Object> extra) {
    Figures.Step extension = Figures.Step.NONE;
    Map<String, Figures.Step> steps = new LinkedHashMap<>();
    for (Meter.Entry e : p.channel().meter().entries()) {
      extension = extension.plus(Figures.Step.ahead(e));
      if (e.layer().equals("op")) {
        steps.put(e.step(), Figures.Step.of(e).minus(Figures.Step.ahead(e)));
      } else if (e.layer().equals(Figures.SETUP)) {
        steps.put(e.step(), Figures.Step.of(e));
      }
    }
    double payload = steps.entrySet().stream().filter(s -> !s.getKey().equals(Figures.SETUP)).mapToLong(s -> s.getValue().payload()).sum();
    long made = p.otUse().made();
    steps.put("extension", made == 0 ? Figures.Step.NONE : extension.times((double) cotUsed / made).withoutRounds());
    Map<String, Object> all = new LinkedHashMap<>(extra);
    all.put("cot", cotUsed);
    all.put("bits", 8 * payload / elements);
    all.put("cot_made", made);
    all.put("extension_bytes_made", extension.sent() + extension.received());
    return Figures.of(steps, all);
  }
}
