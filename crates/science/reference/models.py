"""Makes the reference values of `models`, `anomaly`, `cluster` and `graph`. Needs the packages below.

    pip install numpy scipy scikit-learn

Usage: python3 models.py          (writes the CSV files beside itself)

Cases are not in the files: they are made on both sides from the same stream of numbers (`uniform` here, `made` in
`tests/it`), so that they can be many.
"""
import csv
import pathlib

import numpy as np
from scipy.sparse import csr_matrix
from sklearn import metrics
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


def logistic():
    (x, y), (x_test, y_test) = sparse(1, 2000), sparse(2, 2000)
    for c, ratio in [(0.01, 0), (1, 0), (100, 0), (0.1, 1), (1, 0.5)]:
        model = LogisticRegression(C=c, l1_ratio=ratio, solver="saga" if ratio else "lbfgs", tol=1e-9, max_iter=20000, random_state=0)
        model.fit(x, y)
        loss = metrics.log_loss(y_test, model.predict_proba(x_test)[:, 1])
        yield [(1 - ratio) / c, ratio / c, model.intercept_[0], join(model.coef_[0]), loss]


write("logistic", ["l2", "l1", "intercept", "weights", "log_loss"], logistic())
