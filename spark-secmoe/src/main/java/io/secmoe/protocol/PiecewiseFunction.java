package io.secmoe.protocol;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A function as quadratics between breakpoints: data, not code. Piece j holds from breakpoint j − 1 (inclusive) to breakpoint j;
 * piece 0 from the start of the domain. Coefficients are integers: c₀ at 24 fraction bits, c₁ at 12, c₂ at 16, so that
 * c₀ + c₁·x + c₂·x² has 24 fraction bits for x at 12 and x² at 8. Fitted by {@code fit_piecewise.py}, which prints every error.
 *
 * @param name the function
 * @param breakpoints ascending, multiples of 2^−6
 * @param coefficients one more than breakpoints: {c₀, c₁, c₂}
 */
public record PiecewiseFunction(String name, List<Double> breakpoints, List<long[]> coefficients) {
  /** gelu(x) − relu(x) as a function of |x|. */
  public static final PiecewiseFunction GELU_TAIL = load("gelu-tail");

  /** e^x for x ≤ 0. */
  public static final PiecewiseFunction EXP = load("exp");

  /** 1/x for 1 ≤ x ≤ 128. */
  public static final PiecewiseFunction RECIPROCAL = load("reciprocal");

  /** Reads {@code <name>.tsv}: lines of "start of the piece, c0, c1, c2"; '#' starts a comment. */
  static PiecewiseFunction load(String name) {
    List<Double> breakpoints = new ArrayList<>();
    List<long[]> coefficients = new ArrayList<>();
    try (InputStream in = PiecewiseFunction.class.getResourceAsStream(name + ".tsv");
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("#") || line.isBlank()) {
          continue;
        }
        String[] fields = line.split("\t");
        if (!coefficients.isEmpty()) {
          breakpoints.add(Double.valueOf(fields[0]));
        }
        coefficients.add(new long[] {Long.parseLong(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[3])});
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PiecewiseFunction(name, List.copyOf(breakpoints), List.copyOf(coefficients));
  }

  /** Coefficient i of piece j minus that of piece j − 1 (of piece 0 itself for j = 0). */
  long step(int piece, int i) {
    return coefficients.get(piece)[i] - (piece == 0 ? 0 : coefficients.get(piece - 1)[i]);
  }

  int steps() {
    return breakpoints.size();
  }

  /** The same pieces up to the first breakpoint at or above {@code limit}: for arguments known to stay below it. */
  public PiecewiseFunction below(double limit) {
    int keep = (int) breakpoints.stream().filter(b -> b < limit).count();
    return new PiecewiseFunction(name, breakpoints.subList(0, keep), coefficients.subList(0, keep + 1));
  }

  /** The fitted value at x, in plaintext: for tests and calibration. */
  public double at(double x) {
    int piece = (int) breakpoints.stream().filter(b -> x >= b).count();
    long[] c = coefficients.get(piece);
    return Math.scalb((double) c[0], -24) + Math.scalb((double) c[1], -12) * x + Math.scalb((double) c[2], -16) * x * x;
  }
}
