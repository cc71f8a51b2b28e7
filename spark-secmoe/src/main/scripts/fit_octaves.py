#!/usr/bin/env python3
"""Fits the piecewise quadratics of io.secmoe.protocol.function.Octaves and prints the relative error of every piece.

    python3 fit_octaves.py OUTPUT_DIRECTORY

Every piece is a quadratic of least relative error (exchange of the extremal points), one step beyond its breakpoints, as these are
met to a step. Its coefficients are rounded to the fixed-point grid from the highest degree down, the lower ones fitted anew each
time. Errors printed are those of the rounded integers.
"""
import pathlib
import sys

GRID = (38, 24, 10)  # fraction bits of the coefficients of 1, x, x^2
STEP_FRACTION = 6  # fraction bits of the breakpoints

FUNCTIONS = {
    # name: (function, breakpoints with both ends)
    "reciprocal-octave": (lambda x: 1 / x, [1, 1.15625, 1.328125, 1.515625, 1.75, 2]),
    "rsqrt-octaves": (lambda x: x**-0.5, [1, 1.40625, 1.984375, 2.8125, 4]),
}


def solve(rows):
    """Gauss-Jordan with pivoting on [matrix | right-hand side]."""
    n = len(rows)
    for i in range(n):
        p = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[p] = rows[p], rows[i]
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for r in range(n):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i])]
    return [row[n] for row in rows]


def minimax(target, weight, degree, xs):
    """Coefficients, lowest first, that minimise max |c(x) - target(x)| / weight(x) over the grid."""
    points = [xs[round(i * (len(xs) - 1) / (degree + 1))] for i in range(degree + 2)]
    for _ in range(30):
        rows = [[x**k for k in range(degree + 1)] + [(-1) ** i * weight(x), target(x)] for i, x in enumerate(points)]
        c = solve(rows)[: degree + 1]
        error = [(sum(a * x**k for k, a in enumerate(c)) - target(x)) / weight(x) for x in xs]
        # One extremum from every run of equal sign.
        runs = [[0]]
        for i in range(1, len(xs)):
            if (error[i] > 0) == (error[runs[-1][0]] > 0):
                runs[-1].append(i)
            else:
                runs.append([i])
        points = [xs[max(run, key=lambda i: abs(error[i]))] for run in runs]
        if len(points) != degree + 2:
            break
    return c


def fit(f, lo, hi):
    lo, hi = lo - 2**-STEP_FRACTION, hi * (1 + 2**-STEP_FRACTION)
    xs = [lo + (hi - lo) * i / 800 for i in range(801)]
    fixed = {}
    for degree in (2, 1, 0):
        rest = lambda x: f(x) - sum(a * x**k for k, a in fixed.items())
        c = minimax(rest, f, degree, xs)[degree]
        fixed[degree] = round(c * 2 ** GRID[degree]) / 2 ** GRID[degree]
    error = max(abs(sum(a * x**k for k, a in fixed.items()) / f(x) - 1) for x in xs)
    return [round(fixed[k] * 2 ** GRID[k]) for k in range(3)], error


def main(out):
    for name, (f, cuts) in FUNCTIONS.items():
        lines = ["# start of the piece\tc0 (2^-38)\tc1 (2^-24)\tc2 (2^-10)\tmade by fit_octaves.py", f"grid\t{STEP_FRACTION}"]
        for lo, hi in zip(cuts, cuts[1:]):
            assert lo * 2**STEP_FRACTION == int(lo * 2**STEP_FRACTION), "breakpoints are multiples of a step"
            c, error = fit(f, lo, hi)
            print(f"{name:18} [{lo:9}, {hi:9})  relative error {error:.7f}")
            lines.append(f"{lo}\t{c[0]}\t{c[1]}\t{c[2]}")
        pathlib.Path(out, f"{name}.tsv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
