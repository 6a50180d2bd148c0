"""Makes the reference values that the tests of `science` compare with. Needs the packages below.

    pip install numpy scipy statsmodels scikit-learn astropy online-fdr venn-abers crepes

Usage: python3 make.py            (writes the CSV files beside itself; the seed is fixed)
"""
import csv
import pathlib
import random

import numpy as np
from astropy.stats import rayleightest
from crepes.martingales import EpsilonBettingFunction, SimpleJumper
from online_fdr.e_values.sequential import ELond
from online_fdr.p_values.investing.lord.plus_plus import LordPlusPlus
from online_fdr.p_values.investing.saffron.saffron import Saffron
from scipy import stats
from sklearn import metrics
from sklearn.calibration import _sigmoid_calibration, calibration_curve
from sklearn.isotonic import IsotonicRegression
from statsmodels.sandbox.stats.runs import runstest_1samp
from statsmodels.stats.multitest import multipletests
from venn_abers import VennAbers

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


def agreement():
    chance = random.Random(6)
    for n, a, b in [(2, 1, 1), (2, 2, 2), (5, 2, 3), (12, 3, 3), (40, 5, 7), (40, 40, 3), (200, 10, 10), (1000, 30, 25)]:
        one = [chance.randrange(a) for _ in range(n)]
        for noise in (0, 0.2, 1):
            other = [label if chance.random() > noise else chance.randrange(b) for label in one]
            labels = [" ".join(map(str, labels)) for labels in (one, other)]
            yield [*labels, metrics.adjusted_rand_score(one, other)]


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
        test = stats.ks_2samp(a, b, method="exact")
        yield [join(a), join(b), test.statistic, test.pvalue]


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

def more_combined():
    for p in ([0.5], [0.01, 0.2], [1e-8, 0.9, 0.4], [0.3, 0.3, 0.3, 0.3], list(RNG.uniform(size=12))):
        weights = RNG.uniform(0.5, 3, len(p))
        harmonic = min(1.0, max(1.0, np.e * np.log(len(p))) * stats.hmean(p))
        yield [join(p), join(weights), stats.combine_pvalues(p, "stouffer", weights=weights)[1], harmonic]


def adaptive():
    """Storey, Taylor and Siegmund's estimate of the share of true nulls, then Benjamini and Hochberg."""
    for n in (2, 5, 40, 200):
        p = np.concatenate([RNG.uniform(size=n), RNG.uniform(size=n) * 1e-3])
        share = min(1.0, (1 + (p > 0.5).sum()) / (0.5 * len(p)))
        yield [join(p), join(np.minimum(1, multipletests(p, method="fdr_bh")[1] * share) if share == 1 else storey(p, share))]


def storey(p, share):
    order = np.argsort(p)[::-1]
    q, smallest = np.empty(len(p)), 1.0
    for n_larger, index in enumerate(order):
        smallest = min(smallest, p[index] * len(p) * share / (len(p) - n_larger))
        q[index] = smallest
    return q


def ranks():
    for n, m, shift, whole in [(20, 30, 0, False), (8, 9, 1, False), (100, 60, 0.5, True), (12, 40, -1, True), (15, 15, 0, True)]:
        a, b = RNG.normal(shift, 1, n), RNG.normal(0, 1, m)
        if whole:
            a, b = np.round(a * 2), np.round(b * 2)
        method = "exact" if min(n, m) <= 8 and not whole else "asymptotic"
        greater = stats.mannwhitneyu(a, b, alternative="greater", method=method)
        two_sided = stats.mannwhitneyu(a, b, alternative="two-sided", method=method)
        yield [join(a), join(b), greater.statistic, greater.pvalue, two_sided.pvalue]


def tables():
    for rows in ([[10, 20, 30], [6, 9, 17]], [[1, 5, 9], [40, 2, 3], [7, 7, 7]], [[100, 3, 1], [90, 20, 4]]):
        pearson = stats.chi2_contingency(rows, correction=False)
        likelihood = stats.chi2_contingency(rows, correction=False, lambda_="log-likelihood")
        cramer = stats.contingency.association(np.array(rows), method="cramer")
        yield [join(np.ravel(rows)), pearson.statistic, pearson.pvalue, cramer, likelihood.statistic, likelihood.pvalue]


def rates():
    for k, t, before, t_before, ratio in [(9, 1, 30, 10, 1), (40, 2, 100, 20, 1.5), (1, 1, 0, 24, 1), (300, 24, 250, 24, 1)]:
        share = ratio * t / (ratio * t + t_before)
        yield ["ratio", k, t, before, t_before, ratio, stats.binomtest(k, k + before, share, alternative="greater").pvalue]
    for k, mean, size in [(1, 0.1, 0.5), (30, 10, 2), (5, 5, 50), (400, 100, 3.5), (12, 3, 0.2)]:
        yield ["negative_binomial", k, mean, size, 0, 0, stats.nbinom.sf(k - 1, size, size / (size + mean))]


def runs():
    for n in (12, 40, 200):
        for share in (0.5, 0.2):
            x = RNG.uniform(size=n) < share
            x[0], x[1] = True, False
            yield [join(x), runstest_1samp(x.astype(float), cutoff=0.5, correction=False)[1]]


def online():
    for n, alpha in [(300, 0.05), (500, 0.1), (200, 0.2)]:
        p = np.where(RNG.uniform(size=n) < 0.2, RNG.uniform(size=n) ** 8 * 1e-2, RNG.uniform(size=n))
        row = [join(p), alpha]
        for procedure in (LordPlusPlus(alpha, alpha / 2), Saffron(alpha, alpha / 2, 0.5)):
            levels = []
            for value in p:
                procedure.test_one(value)
                levels.append(procedure.alpha)
            row.append(join(levels))
        procedure, rejected = ELond(alpha), []
        e = 0.5 / np.sqrt(p)
        for value in e:
            rejected.append(bool(procedure.test_one(value)))
        yield row + [join(e), join(rejected)]


def martingale():
    for power in (1, 2, 0.5):
        p = RNG.uniform(size=400) ** power
        wealth = SimpleJumper(J=0.01, bf=EpsilonBettingFunction(E=[-1, 0, 1])).apply(p)
        yield [join(p), join(np.asarray(wealth).ravel())]


def isotonic():
    for n in (1, 5, 60):
        x, w = np.round(RNG.uniform(0, 10, n), 1 if n < 60 else 0), RNG.uniform(0.2, 3, n)
        y = x / 10 + RNG.normal(0, 0.5, n)
        asked = np.concatenate([x, RNG.uniform(-2, 12, 20)])
        fit = IsotonicRegression(out_of_bounds="clip").fit(x, y, sample_weight=w)
        yield [join(x), join(y), join(w), join(asked), join(fit.predict(asked))]


def labelled(n):
    y = RNG.uniform(size=n) < 0.4
    y[0], y[1] = True, False
    return np.round(RNG.normal(0, 1, n) + y, 2), y


def platt():
    for n in (10, 80, 400):
        x, y = labelled(n)
        yield [join(x), join(y), *_sigmoid_calibration(x, y.astype(float))]


def venn_abers():
    for n in (10, 60, 300):
        x, y = labelled(n)
        asked = np.round(RNG.normal(0.3, 1.5, 40), 2)
        # Their calibrator takes probabilities of both classes; any increasing function of the score will do.
        both = lambda s: np.column_stack([1 - stats.norm.cdf(s), stats.norm.cdf(s)])
        fit = VennAbers()
        fit.fit(both(x), y.astype(int))
        probability, interval = fit.predict_proba(both(asked))
        yield [join(x), join(y), join(asked), join(interval[:, 0]), join(interval[:, 1]), join(probability[:, 1])]


def reliability():
    for n in (20, 300):
        p = RNG.uniform(size=n)
        y = RNG.uniform(size=n) < p**1.5
        observed, stated = calibration_curve(y, p, n_bins=10)
        yield [join(p), join(y), metrics.brier_score_loss(y, p), metrics.log_loss(y, p), join(stated), join(observed)]


def curves():
    for n in (12, 80, 500):
        x, y = labelled(n)
        precision, recall, _ = metrics.precision_recall_curve(y, x)
        false_rate, true_rate, _ = metrics.roc_curve(y, x, drop_intermediate=False)
        best = true_rate[false_rate <= 0.1].max()
        yield [join(x), join(y), metrics.roc_auc_score(y, x), metrics.average_precision_score(y, x), best]


def delong():
    """The definition, pair by pair: no fast formula shared with ours."""
    for n in (15, 60):
        x, y = labelled(n)
        z = np.round(x + RNG.normal(0, 1, n), 1)
        parts = []
        for score in (x, z):
            won = (score[y][:, None] > score[~y][None, :]) + 0.5 * (score[y][:, None] == score[~y][None, :])
            parts.append((won.mean(), won.mean(axis=1), won.mean(axis=0)))
        s10 = np.cov(parts[0][1], parts[1][1]) / y.sum()
        s01 = np.cov(parts[0][2], parts[1][2]) / (~y).sum()
        s = s10 + s01
        difference = parts[0][0] - parts[1][0]
        error = np.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1])
        yield [join(x), join(z), join(y), np.sqrt(s[0, 0]), difference, error, 2 * stats.norm.sf(abs(difference) / error)]


def pareto():
    """Likelihoods, not parameters: a flat maximum may be found at slightly different places."""
    for shape, scale, n in [(0.0, 1.0, 50), (0.3, 2.0, 200), (-0.2, 5.0, 300), (0.8, 0.1, 1000), (0.1, 100.0, 30)]:
        y = stats.genpareto.rvs(shape, scale=scale, size=n, random_state=RNG)
        fits = [stats.genpareto.fit(y, c, floc=0, scale=scale) for c in (shape, 0.1, -0.1)]
        best = max(fits, key=lambda fit: stats.genpareto.logpdf(y, *fit).sum())
        yield [join(y), best[0], best[2], stats.genpareto.logpdf(y, *best).sum(), stats.genpareto.sf(y.max() * 1.1, *best)]


def survival():
    """Kaplan-Meier with log-log Greenwood intervals, and Weibull fits by maximum likelihood, both of SciPy."""
    rng = np.random.default_rng(20261122)
    for n, shape, scale, watched in [(8, 1.0, 5, 6), (60, 0.6, 20, 30), (200, 2.5, 90, 80), (40, 1.3, 3, 1e9)]:
        lasts = np.round(scale * rng.weibull(shape, n) + 0.05, 2)
        censor = np.round(rng.uniform(0.1, watched, n), 2)
        ended = lasts <= censor
        data = stats.CensoredData.right_censored(np.minimum(lasts, censor), ~ended)
        curve = stats.ecdf(data).sf
        low, high = curve.confidence_interval(method="log-log")
        at = [i for i, t in enumerate(curve.quantiles) if ((np.minimum(lasts, censor) == t) & ended).any()]
        fit_shape, _, fit_scale = stats.weibull_min.fit(data, floc=0)
        pick = lambda values: join(np.asarray(values)[at])
        yield [
            join(np.minimum(lasts, censor)), join(ended), pick(curve.quantiles), pick(curve.probabilities),
            pick(low.probabilities), pick(high.probabilities), fit_shape, fit_scale,
        ]


write("describe", ["sample", "q1", "median", "q3", "q90", "mad", "bowley", "dispersion", "mean", "variance", "cv"], describe())
write("tails", ["distribution", "a", "b", "c", "p"], tails())
write("combined", ["p", "fisher", "cauchy"], combined())
write("false_discovery", ["p", "bh", "by"], false_discovery())
write("distance", ["a", "b", "statistic", "p"], distance())
write("spacings", ["gaps", "tolerance", "ratio", "p"], spacings())
write("phase", ["times", "period", "coherence", "p"], phase())
write("more_combined", ["p", "weights", "stouffer", "harmonic"], more_combined())
write("storey", ["p", "q"], adaptive())
write("ranks", ["a", "b", "u", "greater", "two_sided"], ranks())
write("tables", ["counts", "chi2", "p", "cramer", "g", "p_g"], tables())
write("rates", ["test", "a", "b", "c", "d", "e", "p"], rates())
write("runs", ["values", "p"], runs())
write("online", ["p", "alpha", "lord", "saffron", "e", "e_lond"], online())
write("martingale", ["p", "jumper"], martingale())
write("isotonic", ["x", "y", "weights", "asked", "values"], isotonic())
write("platt", ["scores", "labels", "a", "b"], platt())
write("venn_abers", ["scores", "labels", "asked", "low", "high", "probability"], venn_abers())
write("reliability", ["p", "outcomes", "brier", "log_loss", "stated", "observed"], reliability())
write("curves", ["scores", "labels", "auc", "average_precision", "recall_at_0.1"], curves())
write("delong", ["first", "second", "labels", "error", "difference", "error_of_difference", "p"], delong())
write("pareto", ["excesses", "shape", "scale", "log_likelihood", "tail"], pareto())
write("survival", ["length", "ended", "at", "survival", "low", "high", "shape", "scale"], survival())
