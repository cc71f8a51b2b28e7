package io.secmoe.bench;

/** Plaintext functions to measure errors against. */
final class PlainFunctions {
  private PlainFunctions() {}

  /** x·Φ(x), by the error function's continued fraction far out and its series near zero; relative error below 1e-12. */
  static double gelu(double x) {
    return x * normalCdf(x);
  }

  private static double normalCdf(double x) {
    double a = Math.abs(x);
    double tail = a < 3 ? 0.5 - density(a) * series(a) : density(a) * fraction(a);
    return x < 0 ? tail : 1 - tail;
  }

  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** Σ x^(2k+1) / (1·3·5…(2k+1)). */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int k = 1; term > 1e-17 * sum && k < 200; k++) {
      term *= x * x / (2 * k + 1);
      sum += term;
    }
    return sum;
  }

  private static double fraction(double x) {
    double f = 0;
    for (int k = 120; k > 0; k--) {
      f = k / (x + f);
    }
    return 1 / (x + f);
  }
}
