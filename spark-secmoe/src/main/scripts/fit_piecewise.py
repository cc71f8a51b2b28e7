#!/usr/bin/env python3
"""Fits the piecewise quadratics of io.secmoe.protocol.PiecewiseFunction and prints the error of every piece.

    python3 fit_piecewise.py OUTPUT_DIRECTORY        (needs numpy)

Every piece is a minimax quadratic (Lawson's reweighted least squares). Its coefficients are then rounded to the
fixed-point grid from the highest degree down, the lower ones refitted each time, so that rounding costs almost
nothing. Errors printed are those of the rounded integers.
"""
import math
import pathlib
import sys

import numpy as np

C0, C1, C2 = 24, 12, 16  # fraction bits of the coefficients of 1, x, x^2

ERF = np.vectorize(math.erf)


def gelu_tail(x):
    return 0.5 * x * (1 + ERF(x / math.sqrt(2))) - np.maximum(x, 0)


FUNCTIONS = {
    # name: (function, breakpoints with both ends, what happens outside)
    "gelu-tail": (gelu_tail, [0, 0.84375, 1.6875, 3.28125], "zero above"),
    "exp": (np.exp, [-6.46875, -3.28125, -1.75, -0.75, 0], "zero below"),
    "reciprocal": (
        lambda x: 1 / x,
        [1, 1.375, 1.953125, 2.875, 4.40625, 7.03125, 12.0, 22.0, 45.0, 128.0],
        "nothing",
    ),
}


def lawson(x, y, degree, rounds=200):
    """Minimax polynomial of a degree: coefficients, lowest first."""
    a = np.vander(x, degree + 1, increasing=True)
    w = np.ones_like(x)
    best, best_error = None, math.inf
    for _ in range(rounds):
        r = np.sqrt(w)[:, None]
        c = np.linalg.lstsq(a * r, y * r[:, 0], rcond=None)[0]
        e = np.abs(a @ c - y)
        if e.max() < best_error:
            best, best_error = c, e.max()
        w *= e + 1e-15
        w /= w.sum()
    return best


def fit(f, lo, hi):
    x = np.linspace(lo, hi, 801)
    y = f(x)
    c2 = round(lawson(x, y, 2)[2] * 2**C2)
    rest = y - c2 / 2**C2 * x * x
    c1 = round(lawson(x, rest, 1)[1] * 2**C1)
    rest = rest - c1 / 2**C1 * x
    c0 = round((rest.max() + rest.min()) / 2 * 2**C0)
    error = np.abs(c0 / 2**C0 - rest).max()
    return (c0, c1, c2), error


def main(out):
    for name, (f, cuts, outside) in FUNCTIONS.items():
        lines = ["# start of the piece\tc0 (2^-24)\tc1 (2^-12)\tc2 (2^-16)\tmade by fit_piecewise.py"]
        if outside == "zero below":
            lines.append("-inf\t0\t0\t0")
        worst = 0.0
        for lo, hi in zip(cuts, cuts[1:]):
            assert lo * 64 == int(lo * 64), "breakpoints are multiples of 2^-6"
            c, error = fit(f, lo, hi)
            worst = max(worst, error)
            print(f"{name:12} [{lo:9}, {hi:9})  error {error:.6f}")
            lines.append(f"{lo}\t{c[0]}\t{c[1]}\t{c[2]}")
        if outside == "zero above":
            lines.append(f"{cuts[-1]}\t0\t0\t0")
            worst = max(worst, abs(float(f(np.array([cuts[-1]]))[0])))
        if outside == "zero below":
            worst = max(worst, float(f(cuts[0])))
        print(f"{name:12} worst error {worst:.6f}")
        pathlib.Path(out, f"{name}.tsv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
