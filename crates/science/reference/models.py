"""Makes the reference values of `models`, `anomaly`, `cluster` and `graph`. Needs the packages below.

    pip install numpy scipy scikit-learn

Usage: python3 models.py          (writes the CSV files beside itself)

Cases are not in the files: they are made on both sides from the same stream of numbers (`uniform` here, `made` in
`tests/it`), so that they can be many.
"""
import csv
import os
import pathlib

# More threads than free cores make scikit-learn's trees take minutes instead of seconds.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from scipy.sparse import csr_matrix
from sklearn import metrics
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

HERE = pathlib.Path(__file__).parent


def uniform(seed, n):
    """SplitMix64 at seed · 2^32 + 1, 2, ...: the upper 53 bits as numbers from 0 to 1."""
    with np.errstate(over="ignore"):
        z = (np.uint64(seed << 32) + np.arange(1, n + 1, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(float) / 2.0**53


def join(values):
    return " ".join(repr(float(value)) for value in values)


def write(name, header, rows):
    with open(HERE / f"{name}.csv", "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[repr(float(c)) if not isinstance(c, str) else c for c in row] for row in rows])


def sparse(seed, n):
    """Eight of 50 features a row; a feature named twice counts twice. The label is drawn by its odds."""
    u = uniform(seed, n * 17).reshape(n, 17)
    at = np.floor(u[:, :8] * 50).astype(int)
    value = np.floor(u[:, 8:16] * 256) / 256
    odds = ((at % 11 - 5) * value).sum(axis=1)
    y = u[:, 16] < 1 / (1 + np.exp(-odds))
    rows = np.repeat(np.arange(n), 8)
    return csr_matrix((value.ravel(), (rows, at.ravel())), shape=(n, 50)), y


def dense(seed, n):
    """30 numbers a row, of which six matter, three of them together; every twentieth value is missing."""
    u = uniform(seed, n * 61).reshape(n, 61)
    x, missing = u[:, :30].copy(), u[:, 30:60] < 0.05
    odds = 3 * np.sin(6 * x[:, 0]) + np.where((x[:, 1] > 0.5) & (x[:, 2] > 0.5), 4, -1) * x[:, 3] + 5 * x[:, 4] * x[:, 5] - 1.5
    y = u[:, 60] < 1 / (1 + np.exp(-odds))
    x[missing] = np.nan
    return x.astype(np.float32), y


def logistic():
    (x, y), (x_test, y_test) = sparse(1, 2000), sparse(2, 2000)
    for c, ratio in [(0.01, 0), (1, 0), (100, 0), (0.1, 1), (1, 0.5)]:
        model = LogisticRegression(C=c, l1_ratio=ratio, solver="saga" if ratio else "lbfgs", tol=1e-9, max_iter=20000, random_state=0)
        model.fit(x, y)
        loss = metrics.log_loss(y_test, model.predict_proba(x_test)[:, 1])
        yield [(1 - ratio) / c, ratio / c, model.intercept_[0], join(model.coef_[0]), loss]


def boosted():
    for n, trees, leaves, rate, l2 in [(1000, 30, 8, 0.1, 1), (5000, 100, 31, 0.1, 0), (5000, 300, 15, 0.05, 5)]:
        (x, y), (x_test, y_test) = dense(3, n), dense(4, 10000)
        model = HistGradientBoostingClassifier(
            max_iter=trees, max_leaf_nodes=leaves, learning_rate=rate, l2_regularization=l2, early_stopping=False
        ).fit(x, y)
        p = model.predict_proba(x_test)[:, 1]
        yield [n, trees, leaves, rate, l2, metrics.roc_auc_score(y_test, p), metrics.log_loss(y_test, p)]


write("logistic", ["l2", "l1", "intercept", "weights", "log_loss"], logistic())
write("boosted", ["n", "trees", "leaves", "rate", "l2", "auc", "log_loss"], boosted())
