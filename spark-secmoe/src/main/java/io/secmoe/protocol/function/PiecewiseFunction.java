// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A function that is given by quadratics between breakpoints, as data instead of code. Piece j
 * holds from breakpoint j − 1 (inclusive) to breakpoint j, and one grid step beyond either. Piece 0
 * holds from the start of the domain. Coefficients are integers: c₀ at 26 fraction bits, c₁ at 14
 * and c₂ at 14, so that c₀ + c₁·x + c₂·x² has 26 fraction bits for x and x² at 12. {@code
 * fit_piecewise.py} fits them, and prints every error.
 *
 * @param name the name of the function
 * @param gridFraction the precision of breakpoints, which are multiples of 2^−gridFraction
 * @param breakpoints the breakpoints, ascending
 * @param coefficients the coefficients {c₀, c₁, c₂} of each piece, one piece more than breakpoints
 */
public record PiecewiseFunction(
    String name, int gridFraction, List<Double> breakpoints, List<long[]> coefficients) {
  /** gelu(x) − relu(x) as a function of |x|, gelu(x) = x·Φ(x); error 2^−8.7. */
  public static final PiecewiseFunction GELU_TAIL = load("gelu-tail");

  /**
   * gelu(x) − relu(x) as a function of |x|, for the form with the hyperbolic tangent; error 2^−8.9.
   */
  public static final PiecewiseFunction GELU_TANH_TAIL = load("gelu-tanh-tail");

  /** The function silu(x) − relu(x) of |x|; error 2^−8.7. */
  public static final PiecewiseFunction SILU_TAIL = load("silu-tail");

  /**
   * The GeLU of SecMoE (arXiv 2601.06790, Protocol 2): six segments with published coefficients;
   * error 2^−6.3.
   */
  public static final PiecewiseFunction GELU_PAPER = load("gelu-paper");

  private static final int C0 = 26;
  private static final int C1 = 14;
  private static final int C2 = 14;

  /**
   * Reads {@code <name>.tsv}: a line with "grid" and the grid's fraction bits, then one line per
   * piece with the start of the piece, c0, c1 and c2. Fields are separated by tabs, and '#' starts
   * a comment.
   */
  static PiecewiseFunction load(String name) {
    List<Double> breakpoints = new ArrayList<>();
    List<long[]> coefficients = new ArrayList<>();
    int grid = 0;
    try (InputStream in = PiecewiseFunction.class.getResourceAsStream(name + ".tsv");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split("\t");
        if (line.startsWith("#") || line.isBlank()) {
          continue;
        }
        if (fields[0].equals("grid")) {
          grid = Integer.parseInt(fields[1]);
          continue;
        }
        if (!coefficients.isEmpty()) {
          breakpoints.add(Double.valueOf(fields[0]));
        }
        coefficients.add(
            new long[] {
              Long.parseLong(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[3])
            });
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PiecewiseFunction(name, grid, List.copyOf(breakpoints), List.copyOf(coefficients));
  }

  /** Returns coefficient i of piece j minus that of piece j − 1 (of piece 0 itself for j = 0). */
  long step(int piece, int i) {
    return coefficients.get(piece)[i] - (piece == 0 ? 0 : coefficients.get(piece - 1)[i]);
  }

  int steps() {
    return breakpoints.size();
  }

  /** Returns the breakpoints in units of the grid. */
  long[] thresholds() {
    return breakpoints.stream().mapToLong(b -> Math.round(Math.scalb(b, gridFraction))).toArray();
  }

  /**
   * Returns true if arguments and breakpoints have one sign (but for rounding): their distances
   * need one bit less then.
   */
  boolean oneSided() {
    return breakpoints.stream().allMatch(b -> b > 0) || breakpoints.stream().allMatch(b -> b < 0);
  }

  /**
   * Returns the least b such that all pieces are straight where |x| ≥ 2^b, or 63 if an outermost
   * piece is curved and not bounded by 0.
   */
  int curvedBits() {
    boolean curvedBelow = coefficients.get(0)[2] != 0 && breakpoints.get(0) <= 0;
    boolean curvedAbove = coefficients.get(steps())[2] != 0 && breakpoints.get(steps() - 1) >= 0;
    if (curvedBelow || curvedAbove) {
      return Long.SIZE - 1;
    }
    double outermost = breakpoints.stream().mapToDouble(Math::abs).max().orElseThrow();
    return Math.max(0, (int) Math.ceil(Math.log(outermost) / Math.log(2)));
  }

  /**
   * x| &lt; 2^rangeBits reaches; one breakpoint is always kept.|Returns the function without the
   * pieces that no |x| &lt; 2^rangeBits reaches; one breakpoint is always kept.|x| &lt; 2^rangeBits
   * reaches; one breakpoint is always kept.
   */
  PiecewiseFunction within(int rangeBits) {
    double range = Math.scalb(1.0, rangeBits);
    int skip = Math.min((int) breakpoints.stream().filter(b -> b <= -range).count(), steps() - 1);
    int keep = Math.max((int) breakpoints.stream().filter(b -> b < range).count(), skip + 1);
    return new PiecewiseFunction(
        name, gridFraction, breakpoints.subList(skip, keep), coefficients.subList(skip, keep + 1));
  }

  /** Returns the fitted value at x, in plaintext: for tests and calibration. */
  public double at(double x) {
    int piece = (int) breakpoints.stream().filter(b -> x >= b).count();
    long[] c = coefficients.get(piece);
    return Math.scalb((double) c[0], -C0)
        + Math.scalb((double) c[1], -C1) * x
        + Math.scalb((double) c[2], -C2) * x * x;
  }
}
