#!/usr/bin/env python3
"""Fits the piecewise quadratics of io.secmoe.protocol.function.PiecewiseFunction and prints the error of every piece.

    python3 fit_piecewise.py OUTPUT_DIRECTORY        (needs numpy)

Breakpoints lie on a grid, the precision at which they are compared, and every piece is fitted one grid step beyond
both its ends, since a breakpoint may be missed by that much. They are chosen by bisection on the error: each piece goes as far
as the error allows. A piece is a minimax quadratic (Lawson's reweighted least squares). Its coefficients are then
rounded to the fixed-point grid from the highest degree down, the lower ones refitted each time, so that rounding costs almost
nothing. Errors printed are those of the rounded integers.

Where a function is x·s(x) with s(x) + s(-x) = 1 (GeLU, SiLU), f(x) = relu(x) + h(|x|), and the first piece of h is held to the slope
-1/2: then relu(x) + h(|x|) is the same whichever sign x is taken to have, and the sign needs no precision near zero.
"""
import functools
import math
import pathlib
import sys

import numpy as np

C0, C1, C2 = 26, 14, 14  # fraction bits of the coefficients of 1, x, x^2

ERF = np.vectorize(math.erf)


def tail(s):
    """h(u) = s(u)·u - u for u ≥ 0, continued evenly in the sense of the module's text."""
    return lambda u: (s(u) - 1) * u


def normal(u):
    return (1 + ERF(u / math.sqrt(2))) / 2


def normal_tanh(u):
    return (1 + np.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * u**3))) / 2


def logistic(u):
    return 1 / (1 + np.exp(-u))


# name: (function of u ≥ 0 that vanishes far out, pieces before it counts as zero)
FUNCTIONS = {
    "gelu-tail": (tail(normal), 3),
    "gelu-tanh-tail": (tail(normal_tanh), 3),
    "silu-tail": (tail(logistic), 4),
}

SLOPE = -0.5  # of the first piece
GRID_BITS = 4
GRID = 2.0**-GRID_BITS
PAPER_GRID_BITS = 6  # the paper's segments do not meet

# SecMoE's GeLU (arXiv 2601.06790, Protocol 2): starts of the segments and published coefficients of 1, x, x^2.
GELU_PAPER = [
    (-math.inf, 0, 0, 0),
    (-5, -0.02986296, -0.01380208, -0.00158297),
    (-3, -0.36497047, -0.23581369, -0.03840320),
    (-1, 0.00485947, 0.50000716, 0.34826040),
    (1, -0.36491015, 1.23575599, -0.03839009),
    (3, 0, 1, 0),
]


def lawson(x, y, degree, rounds=60):
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


@functools.lru_cache(maxsize=None)
def fit(f, lo, hi):
    """Integer coefficients on [lo, hi] and a grid step beyond, and their error."""
    first = lo == 0
    x = np.linspace(lo if first else lo - GRID, hi + GRID, 401)
    y = f(x)
    if first:
        c1 = round(SLOPE * 2**C1)
        c2 = round(lawson(x * x, y - SLOPE * x, 1)[1] * 2**C2)
    else:
        c2 = round(lawson(x, y, 2)[2] * 2**C2)
        c1 = round(lawson(x, y - c2 / 2**C2 * x * x, 1)[1] * 2**C1)
    rest = y - c2 / 2**C2 * x * x - c1 / 2**C1 * x
    c0 = round((rest.max() + rest.min()) / 2 * 2**C0)
    return (c0, c1, c2), float(np.abs(c0 / 2**C0 - rest).max())


def beyond(f, cut):
    """The error of zero from a breakpoint on."""
    return abs(float(f(np.array([cut - GRID]))[0]))


def plan(f, pieces, target):
    """Breakpoints such that no piece's error exceeds the target, or None."""
    cuts = [0.0]
    for _ in range(pieces):
        at = cuts[-1] + GRID
        if fit(f, cuts[-1], at)[1] > target:
            return None
        while fit(f, cuts[-1], at + GRID)[1] <= target:
            at += GRID
        cuts.append(at)
        if beyond(f, at) <= target:
            return cuts
    return None


def breakpoints(f, pieces):
    low, high = 0.0, 0.02
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if plan(f, pieces, middle) is None else (low, middle)
    return plan(f, pieces, high)


HEADER = "# start of the piece\tc0 (2^-26)\tc1 (2^-14)\tc2 (2^-14)\tmade by fit_piecewise.py"


def write(out, name, grid_bits, rows):
    lines = [HEADER, f"grid\t{grid_bits}"] + ["\t".join(map(str, row)) for row in rows]
    pathlib.Path(out, f"{name}.tsv").write_text("\n".join(lines) + "\n")


def paper(out):
    rows = [(start, round(a * 2**C0), round(b * 2**C1), round(c * 2**C2)) for start, a, b, c in GELU_PAPER]
    x = np.linspace(-8, 8, 20001)
    y = np.zeros_like(x)
    for start, a, b, c in rows:
        y = np.where(x > start, a / 2**C0 + b / 2**C1 * x + c / 2**C2 * x * x, y)
    worst = np.abs(y - x * normal(x)).max()
    print(f"gelu-paper     worst error {worst:.6f} = 2^{math.log2(worst):.2f}")
    write(out, "gelu-paper", PAPER_GRID_BITS, rows)


def main(out):
    paper(out)
    for name, (f, pieces) in FUNCTIONS.items():
        cuts = breakpoints(f, pieces)
        worst = beyond(f, cuts[-1])
        rows = []
        for lo, hi in zip(cuts, cuts[1:]):
            c, error = fit(f, lo, hi)
            worst = max(worst, error)
            print(f"{name:14} [{lo:9}, {hi:9})  error {error:.6f}")
            rows.append((lo, *c))
        print(f"{name:14} worst error {worst:.6f} = 2^{math.log2(worst):.2f}")
        write(out, name, GRID_BITS, rows + [(cuts[-1], 0, 0, 0)])


if __name__ == "__main__":
    main(sys.argv[1])
