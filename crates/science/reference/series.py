"""Makes further reference values for the tests of `science`: batches, series, sketches, information.

    pip install numpy scipy scikit-learn statsmodels astropy ruptures online-fdr

Usage: python3 series.py            (writes the CSV files beside itself; every case has its own fixed seed)
"""
import csv
import pathlib

import numpy as np
import ruptures
from astropy.timeseries import LombScargle
from astropy.timeseries.periodograms.lombscargle._statistics import fap_baluev
from numpy.polynomial.legendre import leggauss
from online_fdr.p_values.batching.bh import BatchBH
from online_fdr.p_values.batching.prds import BatchPRDS
from scipy import stats
from scipy.spatial.distance import jensenshannon
from scipy.special import logsumexp
from sklearn.metrics import mutual_info_score
from statsmodels.robust.scale import qn_scale
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.stats.rates import test_poisson_2indep
from statsmodels.tsa.holtwinters import ExponentialSmoothing
from statsmodels.tsa.seasonal import MSTL, STL
from statsmodels.tsa.stattools import acf

HERE = pathlib.Path(__file__).parent


def join(values):
    return " ".join(repr(float(value)) for value in np.ravel(values))


def write(name, header, rows):
    with open(HERE / f"{name}.csv", "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[repr(float(c)) if not isinstance(c, str) else c for c in row] for row in rows])


def batches():
    """Batches of unequal size in one row, with their sizes; levels (below 1, where ours ends) and decisions."""
    for seed, n_batches, share, alpha in [(1, 30, 0.1, 0.05), (2, 40, 0.2, 0.02), (3, 20, 0.0, 0.2)]:
        rng = np.random.default_rng(seed)
        bh, prds = BatchBH(alpha), BatchPRDS(alpha)
        sizes, p, levels, rejected, prds_levels = [], [], [], [], []
        for _ in range(n_batches):
            n = int(rng.integers(8, 40))
            batch = np.where(rng.uniform(size=n) < share, rng.uniform(size=n) ** 6 * 1e-2, rng.uniform(size=n))
            sizes.append(n)
            p.extend(batch)
            rejected.extend(bh.test_batch(list(batch)))
            levels.append(bh.alpha_s[-1])
            prds.test_batch(list(batch))
            prds_levels.append(prds.alpha_s[-1])
        yield [join(sizes), join(p), alpha, join(levels), join(rejected), join(prds_levels)]


def autocorrelation():
    for seed, n, lags in [(1, 20, 5), (2, 101, 20), (3, 500, 30)]:
        x = np.random.default_rng(seed).normal(50, 3, n)
        x[1:] += 0.5 * x[:-1]
        test = acorr_ljungbox(x, lags=[lags], model_df=2)
        yield [join(x), lags, join(acf(x, nlags=lags, fft=False)), float(test.lb_stat.iloc[0]), float(test.lb_pvalue.iloc[0])]


def lomb_scargle():
    for seed, n, amplitude in [(1, 12, 0.0), (2, 60, 0.8), (3, 200, 0.4)]:
        rng = np.random.default_rng(seed)
        t = np.sort(rng.uniform(1e6, 1e6 + 500, n))
        y = 7 + rng.normal(0, 1, n) + amplitude * np.sin(t / 9.0)
        frequencies = np.arange(1, 301) * 0.001
        search = LombScargle(t, y, normalization="standard")
        power = search.power(frequencies, method="slow")
        yield [join(t), join(y), 0.001, 0.001, 300, join(power), fap_baluev(power.max(), frequencies[-1], t - t.mean(), y, None)]


def fisher_g():
    """The sum with fractions of whole numbers, which lose no digit."""
    from fractions import Fraction
    from math import comb

    for seed, n, amplitude in [(1, 10, 0.0), (2, 51, 0.6), (3, 300, 0.3), (4, 128, 0.0)]:
        rng = np.random.default_rng(seed)
        x = 3 + rng.normal(0, 1, n) + amplitude * np.sin(np.arange(n) * 0.9)
        ordinates = np.abs(np.fft.rfft(x - x.mean())[1 : (n - 1) // 2 + 1]) ** 2
        g, m = ordinates.max() / ordinates.sum(), len(ordinates)
        exact = Fraction(float(g))
        tail = sum((-1) ** (j - 1) * comb(m, j) * (1 - j * exact) ** (m - 1) for j in range(1, m + 1) if j * exact < 1)
        yield [join(x), g, n / (ordinates.argmax() + 1), float(tail)]


def run_lengths():
    """Gauss and Legendre on the integral equation, with the atom at 0 as an unknown of its own."""
    for k, h, shift in [(0.5, 4, 0), (0.5, 5, 0), (0.25, 8, 0.5), (1, 2.5, 1.5), (0.5, 5, -0.3), (0.0, 6, 0.1)]:
        x, w = leggauss(60)
        x, w = (x + 1) * h / 2, w * h / 2
        z = np.concatenate([[0.0], x])
        a = np.eye(61)
        a[:, 0] -= stats.norm.cdf(k - z - shift)
        a[:, 1:] -= w * stats.norm.pdf(x[None, :] + k - z[:, None] - shift)
        yield [k, h, shift, np.linalg.solve(a, np.ones(61))[0]]


def segments():
    """Exact dynamic programming over all segmentations, the costs by scipy; and ruptures for means."""
    for seed, n, penalty, cost in [(1, 60, 6.0, "mean"), (2, 80, 12.0, "mean_variance"), (3, 80, 8.0, "rate"), (4, 150, 5.0, "mean")]:
        rng = np.random.default_rng(seed)
        level = np.repeat(rng.uniform(2, 12, 5), n // 5)
        x = rng.poisson(level).astype(float) if cost == "rate" else rng.normal(level, 1 + (cost == "mean_variance") * level / 4)

        def of(a, b):
            part = x[a:b]
            if cost == "mean":
                return ((part - part.mean()) ** 2).sum()
            if cost == "rate":
                return 2 * (part.sum() - (part.sum() * np.log(part.mean()) if part.sum() else 0))
            return len(part) * np.log(max(part.var(), 1e-10))

        best, last = [-penalty] + [np.inf] * n, [0] * (n + 1)
        for end in range(3, n + 1):
            for begin in range(0, end - 2):
                total = best[begin] + of(begin, end) + penalty
                if total < best[end]:
                    best[end], last[end] = total, begin
        changes, at = [], n
        while last[at] > 0:
            changes.append(last[at])
            at = last[at]
        changes = sorted(changes)
        if cost == "mean":
            assert ruptures.Pelt(model="l2", min_size=3, jump=1).fit(x).predict(pen=penalty)[:-1] == changes
        yield [join(x), cost, penalty, 3, join(changes)]


def online_changes():
    """Every run length kept, predictive densities by scipy."""
    for seed, kind, hazard in [(1, "normal", 0.02), (2, "poisson", 0.05)]:
        rng = np.random.default_rng(seed)
        level = np.repeat([3.0, 9.0, 4.0], 40)
        x = rng.normal(level, 1.5) if kind == "normal" else rng.poisson(level).astype(float)
        prior = (1.0, 0.5, 1.2, 2.0) if kind == "normal" else (2.0, 0.4)
        chances, states, predictive, mean, mode = np.array([]), [], [], [], []
        for number, value in enumerate(x):
            chances = np.array([1.0]) if number == 0 else np.concatenate([[hazard], chances * (1 - hazard)])
            states = [prior] + states
            if kind == "normal":
                log = [stats.t.logpdf(value, 2 * a, m, np.sqrt(b * (k + 1) / (a * k))) for m, k, a, b in states]
                states = [((k * m + value) / (k + 1), k + 1, a + 0.5, b + k * (value - m) ** 2 / (2 * (k + 1))) for m, k, a, b in states]
            else:
                log = [stats.nbinom.logpmf(value, a, b / (b + 1)) for a, b in states]
                states = [(a + value, b + 1) for a, b in states]
            joint = np.log(chances) + np.array(log)
            predictive.append(logsumexp(joint))
            chances = np.exp(joint - logsumexp(joint))
            mean.append((chances * np.arange(1, len(chances) + 1)).sum())
            mode.append(chances.argmax() + 1)
        yield [join(x), kind, join(prior), hazard, join(predictive), join(mean), join(mode)]


def decompositions():
    for seed, n, period, seasonal, robust in [(1, 60, 7, 7, False), (2, 120, 12, 13, True), (3, 40, 12, 7, True), (4, 200, 24, 9, False)]:
        rng = np.random.default_rng(seed)
        t = np.arange(n)
        x = 0.1 * t + 5 * np.sin(2 * np.pi * t / period) + rng.standard_t(2, n)
        fit = STL(x, period=period, seasonal=seasonal, robust=robust).fit()
        yield [join(x), period, seasonal, robust, join(fit.trend), join(fit.seasonal), join(fit.weights)]


def many_seasons():
    for seed, n, periods, robust in [(1, 200, [24, 7], False), (2, 150, [5, 12], True), (3, 60, [6, 40], False)]:
        rng = np.random.default_rng(seed)
        t = np.arange(n)
        x = 0.05 * t + sum(p / 4 * np.sin(2 * np.pi * t / p) for p in periods) + rng.normal(0, 1, n)
        fit = MSTL(x, periods=periods, stl_kwargs={"robust": robust}).fit()
        kept = sorted(p for p in periods if p < n / 2)
        seasons = np.asarray(fit.seasonal).reshape(n, len(kept)).T
        yield [join(x), join(periods), robust, join(fit.trend), join(seasons)]


def smoothing():
    """Given parameters and states to all digits; and the sum of squares where statsmodels chooses.

    Three forecasts, less than a season: for the last phase of a season they take the value of the season before."""
    for seed, n, period in [(1, 40, 4), (2, 120, 12), (3, 60, 0)]:
        rng = np.random.default_rng(seed)
        t = np.arange(n)
        x = 20 + 0.3 * t + (3 * np.sin(2 * np.pi * t / period) if period else 0) + rng.normal(0, 1, n)
        season = dict(seasonal="add", seasonal_periods=period) if period else {}
        start = list(rng.normal(0, 1, period))
        known = dict(initialization_method="known", initial_level=19.0, initial_trend=0.5)
        if period:
            known["initial_seasonal"] = start
        model = ExponentialSmoothing(x, trend="add", damped_trend=True, **season, **known)
        given = dict(smoothing_level=0.4, smoothing_trend=0.15, damping_trend=0.93)
        if period:
            given["smoothing_seasonal"] = 0.25
        fit = model.fit(optimized=False, **given)
        free = ExponentialSmoothing(x, trend="add", damped_trend=True, **season, initialization_method="heuristic").fit()
        yield [join(x), period, join(start), join(fit.fittedvalues), join(fit.forecast(3)), free.sse]



def pairs():
    for seed, n in [(1, 1), (2, 2), (3, 3), (4, 10), (5, 51), (6, 120)]:
        for draw in ("normal", "standard_cauchy"):
            x = getattr(np.random.default_rng(seed), draw)(size=n)
            if seed == 5:
                x = np.round(x)
            i, j = np.triu_indices(n)
            yield [join(x), np.median((x[i] + x[j]) / 2), qn_scale(x) if n > 1 else 0.0]


def information():
    for seed, shape in [(1, (2, 3)), (2, (5, 5)), (3, (4, 12))]:
        table = np.random.default_rng(seed).poisson(6, shape).astype(float)
        p, q = table[0], table[1] + 0.5
        mutual = mutual_info_score(None, None, contingency=table.astype(int)) / np.log(2)
        conditional = stats.entropy(table.ravel(), base=2) - stats.entropy(table.sum(1), base=2)
        yield [
            join(table), shape[1], join(q), stats.entropy(p, base=2), stats.entropy(p, q, base=2), jensenshannon(p, q, base=2) ** 2,
            mutual, conditional,
        ]


def exact():
    """The last columns: greater and two-sided, or two-sided alone twice."""
    for a, b, c, d in [(3, 1, 1, 3), (10, 2, 3, 15), (0, 5, 8, 2), (100, 200, 90, 310), (7, 0, 0, 7), (1, 9, 11, 3), (5, 5, 5, 5), (2, 5000, 30, 6000)]:
        table = [[a, b], [c, d]]
        yield ["fisher", a, b, c, d, stats.fisher_exact(table, "greater").pvalue, stats.fisher_exact(table).pvalue]
    for k, n, p in [(3, 10, 0.5), (0, 12, 0.3), (12, 12, 0.3), (52, 100, 0.5), (3, 2000, 0.004), (900, 1000, 0.87), (2, 10, 0.2)]:
        both = stats.binomtest(k, n, p).pvalue
        yield ["binomial", k, n, p, 0, both, both]
    for k, t, before, t_before in [(9, 1, 30, 10), (40, 2, 300, 20), (0, 1, 24, 4), (300, 24, 250, 24)]:
        both = test_poisson_2indep(k, t, before, t_before, method="exact-cond").pvalue
        yield ["rates", k, t, before, t_before, both, both]


write("exact", ["test", "a", "b", "c", "d", "greater", "two_sided"], exact())
write("batches", ["sizes", "p", "alpha", "levels", "rejected", "prds_levels"], batches())
write("autocorrelation", ["values", "lags", "correlations", "ljung_box", "p"], autocorrelation())
write("lomb_scargle", ["times", "values", "first", "step", "n", "powers", "p"], lomb_scargle())
write("fisher_g", ["values", "share", "period", "p"], fisher_g())
write("run_lengths", ["allowance", "threshold", "shift", "length"], run_lengths())
write("segments", ["values", "cost", "penalty", "length_min", "changes"], segments())
write("online_changes", ["values", "model", "prior", "hazard", "log_predictive", "mean", "mode"], online_changes())
write("stl", ["values", "period", "window", "robust", "trend", "season", "weights"], decompositions())
write("mstl", ["values", "periods", "robust", "trend", "seasons"], many_seasons())
write("smoothing", ["values", "period", "season", "fitted", "forecast", "squares"], smoothing())
write("pairs", ["values", "hodges_lehmann", "qn"], pairs())
write("information", ["table", "columns", "q", "entropy", "divergence", "difference", "mutual", "conditional"], information())
