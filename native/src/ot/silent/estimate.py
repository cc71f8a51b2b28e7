#!/usr/bin/env python3
"""Operations, as base-2 logarithms, of the known attacks on the LPN problems of parameters.rs: python3 estimate.py (about a minute).

n samples in t blocks of b with one error each, a secret of k bits. Formulas from the papers named below; searches are over grids,
so a figure may be half a bit too high.
"""
from math import comb, inf, lgamma, log, log2

PROBLEMS = {"first": (536 << 9, 36_864, 536), "main": (1 << 22, 1 << 18, 1024), "Ferret b12, in public use": (10_268_672, 238_000, 2507)}


def binomial(n, m):
    """log2 of n over m."""
    return (lgamma(n + 1) - lgamma(m + 1) - lgamma(n - m + 1)) / log(2) if 0 <= m <= n else -inf


def plus(*logs):
    top = max(logs)
    return top + log2(sum(2 ** (x - top) for x in logs)) if top > -inf else top


def grid(low, high, steps):
    return sorted({low + (high - low) * i // steps for i in range(steps + 1)})


def gauss(n, k, t):
    """Guess k samples without an error. Liu, Wang, Yang, Yu, EUROCRYPT 2024; regular noise."""
    return 2.8 * log2(k) - t * log2(1 - k / n)


def stern(n, k, t):
    """Information-set decoding after Stern and Dumer, as in Liu et al."""
    n, k, best = n - t, k - t, inf
    for p in range(0, 16, 2):
        for l in range(80):
            lists = binomial((k + l) // 2, p // 2)
            merged = 2 * lists - l
            work = log2(n) + plus(log2((n - k - l) * n / log2(n - k - l)), 1 + lists, 1 + merged)
            chance = binomial(n - k - l, t - p) - binomial(n, t) + l + merged
            best = min(best, work - min(0, chance))
    return best


def regular_stern(n, k, t):
    """The same made for regular noise. Esser, Santini, CRYPTO 2024, by enumeration."""
    b, k, best = n // t, k - t, inf
    for p in range(0, 16, 2):
        for l in range(80):
            v = (k + l) / t
            lists = binomial(t // 2, p // 2) + log2(v) * p / 2
            work = log2(n) + max(2 * log2(n - k), 1 + lists, 2 * lists - l)
            chance = 2 * binomial(t // 2, p // 2) + log2(v / b) * p + log2(1 - v / b) * (t - p)
            best = min(best, work - chance)
    return best


def statistical(n, k, t):
    """Statistical decoding 2.0, as in Liu et al."""
    s = int(gauss(n, k, t))
    return log2(k - s + 1) + 2 * t * log2((n - t + 1) / (n - k + s - t))


def monomials(n, k, t, f, u, degree, equations):
    """Coefficients up to `degree`, without that of 0, of (1 + (b-u-1)z)^f (1 + (b-1)z)^(t-f), times (1 + z)^-(n-k-1) with the equations."""
    b, r = n // t, n - k - 1
    guessed = [comb(f, i) * (b - u - 1) ** i for i in range(degree + 1)]
    others = [comb(t - f, i) * (b - 1) ** i for i in range(degree + 1)]
    used = [(-1) ** i * comb(r + i - 1, i) if equations or i == 0 else 0 for i in range(degree + 1)]
    return sum(guessed[i] * others[j] * used[d - i - j] for d in range(1, degree + 1) for i in range(d + 1) for j in range(d + 1 - i))


def algebraic(n, k, t):
    """(Briaud, Øygarden, EUROCRYPT 2023; AGB 2.0, ePrint 2025/1476: the second solves in two steps, the first of which guesses less)."""
    b, one, two = n // t, inf, inf
    points = [(f, u) for f in grid(t // 2, t, 24) for u in grid(0, min(k // f, b - 2), 60)]
    for degree in (2, 3):
        rows = []
        for f, u in points:
            size, rank = (monomials(n, k, t, f, u, degree, e) for e in (False, True))
            guess, solve = -f * log2(1 - u / b), 2 * log2(size) + log2(3 * (k + 1 - f * u))
            left = max(1, min(rank, size - rank))
            rows.append((f, u, rank < 1, guess, min(solve, log2(size) + 2 * log2(max(2, size - rank))), log2(5.64) + 2.8 * log2(left)))
            if rank < 1:
                one = min(one, guess + solve)
        solved = sorted(((guess, f, u) for f, u, full, guess, _, _ in rows if full))[:40]
        for guess, f, u in solved:
            for f1, u1, _, guess1, solve1, again in rows:
                if f1 <= f and u1 <= u:
                    two = min(two, plus(guess1 + solve1, guess + again))
    return one, two


def hybrid(n, k, t):
    """Guess u or u + 1 samples of a block, nothing of q blocks, then solve quadratic equations. ePrint 2025/1284."""
    b, best = n // t, inf
    n, k = b * t, k - n + b * t
    for u in grid(0, min(b - 3, k // t + 1), 300):
        for q in range(16):
            for f in grid(0, t - q - 1, 48):
                guess = -log2(1 - (u + 1) / b) * f - log2(1 - u / b) * (t - q - f)
                unknown = k - t - (u + 1) * f - (t - f - q) * u
                rest = n - k - (n - k) // (b - 1) * (b - u - 2)
                eliminate = log2(max(1, rest * (n - k) * (rest + unknown)))
                if unknown <= 0:
                    best = min(best, guess + eliminate)
                    continue
                quadratic = (t - f - q) * (b - u - 2) * (b - u - 1) / 2 + f * (b - u - 2) * (b - u - 3) / 2
                w = (b - 1) * q
                v = unknown - w
                if v < 2 or v > (2 * quadratic) ** 0.5 - 2:
                    continue
                linearise = log2(v**4 * unknown**2 / 8 / log2(max(v * v / 2, 2)))
                check = log2(1.25 * (2 * v * v * w + v * w * w) + (2.5 * v) ** 3 / log2(2.5 * v)) + log2(b) * q
                best = min(best, guess + plus(eliminate, linearise, check))
    return best


if __name__ == "__main__":
    for name, problem in PROBLEMS.items():
        one, two = algebraic(*problem)
        print(f"{name}: pooled Gauss {gauss(*problem):.0f}, Stern-Dumer {stern(*problem):.0f}, regular Stern {regular_stern(*problem):.0f}, "
              f"statistical {statistical(*problem):.0f}, algebraic {one:.0f}, in two steps {two:.0f}, guessing and quadratic equations "
              f"{hybrid(*problem):.0f}", flush=True)
