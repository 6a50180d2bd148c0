"""Makes the reference values that the tests of `science` compare with. Needs scipy, statsmodels and astropy.

Usage: python3 make.py            (writes the CSV files beside itself; the seed is fixed)
"""
import csv
import pathlib

import numpy as np
from astropy.stats import rayleightest
from scipy import stats
from statsmodels.stats.multitest import multipletests

HERE = pathlib.Path(__file__).parent
RNG = np.random.default_rng(20260105)


def join(values):
    return " ".join(repr(float(value)) for value in values)


def write(name, header, rows):
    with open(HERE / f"{name}.csv", "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[repr(float(c)) if not isinstance(c, str) else c for c in row] for row in rows])


def samples():
    for n in (1, 2, 3, 5, 12, 101):
        yield RNG.normal(10, 3, n)
        yield RNG.pareto(1.2, n)
        yield RNG.integers(0, 4, n).astype(float)


def describe():
    for x in samples():
        q1, q2, q3 = np.quantile(x, [0.25, 0.5, 0.75])
        bowley = (q3 + q1 - 2 * q2) / (q3 - q1) if q3 > q1 else 0.0
        dispersion = (q3 - q1) / (q3 + q1) if q3 + q1 > 0 else 0.0
        mad = stats.median_abs_deviation(x)
        variance = x.var(ddof=1) if len(x) > 1 else float("nan")
        cv = stats.variation(x, ddof=1) if len(x) > 1 else float("nan")
        yield [join(x), q1, q2, q3, np.quantile(x, 0.9), mad, bowley, dispersion, x.mean(), variance, cv]


def tails():
    for k, n, p in [(1, 10, 0.01), (3, 10, 0.5), (10, 10, 0.3), (30, 2000, 0.001), (900, 1000, 0.5), (0, 5, 0.2)]:
        yield ["binomial", k, n, p, stats.binom.sf(k - 1, n, p)]
    for k, mu in [(1, 0.01), (5, 5.0), (40, 10.0), (3, 1e-6), (0, 2.0), (200, 250.0)]:
        yield ["poisson", k, mu, 0, stats.poisson.sf(k - 1, mu)]
    for x, a, b in [(1.0, 4, 10), (8.0, 10, 20), (30.0, 24, 50), (0.3, 8, 14), (2.5, 200, 400), (90.0, 4, 26)]:
        yield ["f", x, a, b, stats.f.sf(x, a, b)]


def combined():
    for p in ([0.5], [0.01, 0.2], [1e-8, 0.9, 0.4], [0.3, 0.3, 0.3, 0.3], [1e-17, 0.5], list(RNG.uniform(size=12))):
        t = np.mean(np.tan((0.5 - np.array(p)) * np.pi)) if min(p) > 1e-15 else np.mean([1 / (x * np.pi) if x < 1e-15 else np.tan((0.5 - x) * np.pi) for x in p])
        yield [join(p), stats.combine_pvalues(p, "fisher")[1], stats.cauchy.sf(t)]


def false_discovery():
    for n in (1, 2, 5, 40, 200):
        p = np.concatenate([RNG.uniform(size=n), RNG.uniform(size=n // 4) * 1e-3])
        yield [join(p), join(multipletests(p, method="fdr_bh")[1]), join(multipletests(p, method="fdr_by")[1])]


def distance():
    for n, m, shift in [(30, 40, 0), (100, 80, 0.5), (200, 200, 1.5), (50, 50, 0.1), (25, 400, 0.3)]:
        a, b = RNG.normal(0, 1, n), RNG.normal(shift, 1, m)
        d = stats.ks_2samp(a, b, method="exact").statistic
        yield [join(a), join(b), d, stats.kstwobign.sf(d * np.sqrt(n * m / (n + m)))]


def spacings():
    def row(gaps, tolerance):
        g = np.sort(gaps)
        n = len(g)
        d = (n - np.arange(n)) * np.diff(np.concatenate([[0], g]))
        k, m = max(n // 4, 1), n - n // 4
        ratio = d[:k].mean() / d[k:m].mean()
        return [join(gaps), tolerance, ratio, stats.f.sf(ratio / tolerance, 2 * k, 2 * (m - k))]

    for n in (4, 7, 20, 111):
        yield row(RNG.exponential(60, n), 1.0)
        yield row(RNG.uniform(30, 60, n), 1.0)
        yield row(RNG.uniform(30, 60, n), 2.0)
        yield row(RNG.lognormal(3, 1, n), 2.0)


def phase():
    for n, sd, period in [(10, 0.05, 60), (50, 0.3, 60), (50, 5.0, 300), (400, 0.2, 3600), (25, 0.15, 10)]:
        times = period * (np.arange(n) + RNG.normal(0, sd, n) + 3)
        angles = 2 * np.pi * times / period
        coherence = abs(np.exp(1j * angles).mean())
        yield [join(times), period, coherence, rayleightest(angles)]


write("describe", ["sample", "q1", "median", "q3", "q90", "mad", "bowley", "dispersion", "mean", "variance", "cv"], describe())
write("tails", ["distribution", "a", "b", "c", "p"], tails())
write("combined", ["p", "fisher", "cauchy"], combined())
write("false_discovery", ["p", "bh", "by"], false_discovery())
write("distance", ["a", "b", "statistic", "p"], distance())
write("spacings", ["gaps", "tolerance", "ratio", "p"], spacings())
write("phase", ["times", "period", "coherence", "p"], phase())
