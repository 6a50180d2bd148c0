"""Makes further reference values for the tests of `science`: batches, series, sketches, information.

    pip install numpy scipy statsmodels astropy ruptures online-fdr

Usage: python3 series.py            (writes the CSV files beside itself; every case has its own fixed seed)
"""
import csv
import pathlib

import numpy as np
from online_fdr.p_values.batching.bh import BatchBH
from online_fdr.p_values.batching.prds import BatchPRDS

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


write("batches", ["sizes", "p", "alpha", "levels", "rejected", "prds_levels"], batches())
