// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.report;

import io.secmoe.channel.FrameHeader;
import io.secmoe.channel.Meter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The measurements of one process: per step of the case (all layers together), and for set-up;
 * "check" is left out.
 *
 * @param steps figures by step
 * @param rssMib largest resident memory of the process
 * @param extra figures of the case
 */
public record CaseFigures(Map<String, Step> steps, double rssMib, Map<String, Object> extra) {
  public static final String SETUP = "setup";
  public static final String CHECK = "check";

  /**
   * The figures of one step.
   *
   * @param frames both ways; their headers are part of the bytes
   */
  public record Step(
      long sent, long received, long frames, double rounds, double wallS, double cpuS) {
    public static final Step NONE = new Step(0, 0, 0, 0, 0, 0);

    public static Step of(Meter.Counts counts) {
      return new Step(
          counts.sent(),
          counts.received(),
          counts.frames(),
          counts.rounds(),
          counts.seconds(),
          counts.cpuSeconds());
    }

    Step plus(Step o) {
      return new Step(
          sent + o.sent,
          received + o.received,
          frames + o.frames,
          rounds + o.rounds,
          wallS + o.wallS,
          cpuS + o.cpuS);
    }

    Step minus(Step o) {
      return plus(o.times(-1));
    }

    Step times(double f) {
      return new Step(
          Math.round(sent * f),
          Math.round(received * f),
          Math.round(frames * f),
          rounds * f,
          wallS * f,
          cpuS * f);
    }

    Step withoutRounds() {
      return new Step(sent, received, frames, 0, wallS, cpuS);
    }

    /** Returns the bytes of messages, both ways, without frame headers. */
    long payload() {
      return sent + received - frames * FrameHeader.SIZE;
    }
  }

  /** Returns the figures of everything that was sent. */
  public static CaseFigures of(Meter meter, Map<String, Object> extra) {
    return of(meter, Meter.Entry::step, extra);
  }

  /** Returns the figures by layer and step. */
  public static CaseFigures ofLayers(Meter meter, Map<String, Object> extra) {
    return of(meter, e -> e.layer().equals(SETUP) ? SETUP : e.layer() + ", " + e.step(), extra);
  }

  private static CaseFigures of(
      Meter meter, Function<Meter.Entry, String> name, Map<String, Object> extra) {
    Map<String, Step> steps = new LinkedHashMap<>();
    for (Meter.Entry e : meter.entries()) {
      if (!e.layer().equals(CHECK) && !e.layer().equals("session")) {
        steps.merge(name.apply(e), Step.of(e.all()), Step::plus);
      }
    }
    return of(steps, extra);
  }

  public static CaseFigures of(Map<String, Step> steps, Map<String, Object> extra) {
    return new CaseFigures(steps, peakRssMib(), extra);
  }

  /**
   * Returns the native threads of a party: the machine's cores, as an attempt alone on an executor
   * has.
   */
  public static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static double peakRssMib() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(l -> l.startsWith("VmHWM:"))
          .mapToDouble(l -> Double.parseDouble(l.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
