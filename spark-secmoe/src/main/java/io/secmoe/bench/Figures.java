package io.secmoe.bench;

import io.secmoe.channel.Meter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one process measured: per step of the case (all layers together), and for set-up; "check" is left out.
 *
 * @param steps figures by step
 * @param rssMib largest resident memory of the process
 * @param extra figures of the case
 */
record Figures(Map<String, Step> steps, double rssMib, Map<String, Object> extra) {
  static final String SETUP = "setup";
  private static final String CHECK = "check";

  /** Figures of one step. */
  record Step(long sent, long received, double rounds, double wallS, double cpuS) {
    Step plus(Meter.Entry e) {
      return new Step(sent + e.sent(), received + e.received(), rounds + e.rounds(), wallS + e.seconds(), cpuS + e.cpuSeconds());
    }
  }

  static Figures of(Meter meter, Map<String, Object> extra) {
    Map<String, Step> steps = new LinkedHashMap<>();
    for (Meter.Entry e : meter.entries()) {
      if (!e.layer().equals(CHECK) && !e.layer().equals("session")) {
        steps.merge(e.step(), new Step(0, 0, 0, 0, 0).plus(e), (old, added) -> old.plus(e));
      }
    }
    return new Figures(steps, peakRssMib(), extra);
  }

  /** Native threads of a party: the machine's cores, as an attempt alone on an executor has. */
  static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static double peakRssMib() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(l -> l.startsWith("VmHWM:"))
          .mapToDouble(l -> Double.parseDouble(l.replaceAll("[^0-9]", "")) / 1024).findFirst().orElse(Double.NaN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
