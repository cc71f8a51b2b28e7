#!/usr/bin/env python3
"""Fits the piecewise quadratics of io.secmoe.protocol.PiecewiseFunction and prints the error of every piece.

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


# name: (function, first breakpoint, last, pieces, fraction bits of the grid, outside, slope of the first piece)
FUNCTIONS = {
    "gelu-tail": (tail(normal), 0, None, 3, 4, "zero above", -0.5),
    "gelu-tanh-tail": (tail(normal_tanh), 0, None, 3, 4, "zero above", -0.5),
    "silu-tail": (tail(logistic), 0, None, 4, 4, "zero above", -0.5),
    "exp": (np.exp, None, 0, 4, 6, "zero below", None),
    "reciprocal": (lambda x: 1 / x, 1, 128, 9, 6, "nothing", None),
}


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


def fit(f, lo, hi, slope):
    x = np.linspace(lo, hi, 401)
    y = f(x)
    if slope is None:
        c2 = round(lawson(x, y, 2)[2] * 2**C2)
        rest = y - c2 / 2**C2 * x * x
        c1 = round(lawson(x, rest, 1)[1] * 2**C1)
    else:
        c1 = round(slope * 2**C1)
        c2 = round(lawson(x * x, y - slope * x, 1)[1] * 2**C2)
        rest = y - c2 / 2**C2 * x * x
    rest = rest - c1 / 2**C1 * x
    c0 = round((rest.max() + rest.min()) / 2 * 2**C0)
    return (c0, c1, c2), float(np.abs(c0 / 2**C0 - rest).max())


def plan(f, start, end, pieces, grid, outside, slope, target):
    """Breakpoints such that no piece's error exceeds the target, or None."""
    backwards = outside == "zero below"
    at = end if backwards else start
    sign = -1 if backwards else 1
    cuts = [at]
    for p in range(pieces):
        first = p == 0
        step = stride = max(1, round(1 / 16 / grid))
        good = None
        while True:
            to = at + sign * step * grid
            lo, hi = sorted((at - (0 if first else sign * grid), to + sign * grid))
            if error(f, lo, hi, slope if first else None) > target:
                break
            good = to
            if outside == "nothing" and good >= end:
                break
            step += max(stride, step // 16) if outside == "nothing" else stride
        if good is None:
            return None
        if outside == "nothing" and good >= end:
            return cuts + [end]
        at = good
        cuts.append(at)
        if outside != "nothing" and abs(float(f(np.array([at - sign * grid]))[0])) <= target:
            return cuts
    return None


@functools.lru_cache(maxsize=None)
def error(f, lo, hi, slope):
    return fit(f, lo, hi, slope)[1]


def breakpoints(f, start, end, pieces, grid, outside, slope):
    good, bad = None, 0.0
    target = 0.02
    for _ in range(14):
        cuts = plan(f, start, end, pieces, grid, outside, slope, target)
        if cuts is None:
            bad = target
        else:
            good, best = target, cuts
        target = (bad + good) / 2 if good else target * 2
    return best


HEADER = "# start of the piece\tc0 (2^-26)\tc1 (2^-14)\tc2 (2^-14)\tmade by fit_piecewise.py"


def paper(out):
    rows = [(start, round(a * 2**C0), round(b * 2**C1), round(c * 2**C2)) for start, a, b, c in GELU_PAPER]
    x = np.linspace(-8, 8, 20001)
    y = np.zeros_like(x)
    for start, a, b, c in rows:
        y = np.where(x > start, a / 2**C0 + b / 2**C1 * x + c / 2**C2 * x * x, y)
    worst = np.abs(y - x * normal(x)).max()
    print(f"gelu-paper     worst error {worst:.6f} = 2^{math.log2(worst):.2f}")
    lines = [HEADER, "grid\t7"] + ["\t".join(map(str, row)) for row in rows]
    pathlib.Path(out, "gelu-paper.tsv").write_text("\n".join(lines) + "\n")


def main(out):
    paper(out)
    for name, (f, start, end, pieces, fraction, outside, slope) in FUNCTIONS.items():
        grid = 2.0**-fraction
        cuts = sorted(breakpoints(f, start, end, pieces, grid, outside, slope))
        lines = [HEADER, f"grid\t{fraction}"]
        if outside == "zero below":
            lines.append("-inf\t0\t0\t0")
        worst = 0.0
        for lo, hi in zip(cuts, cuts[1:]):
            held = slope if lo == start else None
            c, e = fit(f, lo - (0 if lo == start else grid), hi + (0 if hi == end else grid), held)
            worst = max(worst, e)
            print(f"{name:14} [{lo:9}, {hi:9})  error {e:.6f}")
            lines.append(f"{lo}\t{c[0]}\t{c[1]}\t{c[2]}")
        if outside == "zero above":
            lines.append(f"{cuts[-1]}\t0\t0\t0")
            worst = max(worst, abs(float(f(np.array([cuts[-1] - grid]))[0])))
        if outside == "zero below":
            worst = max(worst, float(f(cuts[0] + grid)))
        print(f"{name:14} worst error {worst:.6f} = 2^{math.log2(worst):.2f}")
        pathlib.Path(out, f"{name}.tsv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
