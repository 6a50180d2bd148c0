"""Cases made from a stream of numbers that `tests/it/made.rs` has, too."""
import numpy as np
from scipy.sparse import csr_matrix


def uniform(seed, n):
    """SplitMix64 at seed · 2^32 + 1, 2, ...: the upper 53 bits as numbers from 0 to 1."""
    with np.errstate(over="ignore"):
        z = (np.uint64(seed << 32) + np.arange(1, n + 1, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(float) / 2.0**53


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


def odd(seed, kind, n):
    """Four numbers a row, one row in twenty strange: in a way that depends on the kind."""
    u = uniform(seed, n * 54).reshape(n, 54)
    g = u[:, :48].reshape(n, 4, 12).sum(axis=2) - 6
    strange = u[:, 48] < 0.05
    if kind == 0:
        usual, other = g, 10 * u[:, 50:54] - 5
    elif kind == 1:
        usual, other = 0.5 * g + np.where(u[:, 49:50] < 0.5, 3, -3), g
    elif kind == 2:
        usual, other = g[:, :1] + 0.2 * g, g
    else:
        usual, other = np.exp(g), np.exp(g) * np.array([10, 1, 1, 1])
    return np.where(strange[:, None], other, usual), strange


def blocks(seed, n, k, inside, between):
    """Edges between any two nodes by chance, more within k groups; the weight is 1, 2 or 3."""
    u = iter(uniform(seed, n * (n - 1)))
    for a in range(n):
        for b in range(a):
            p, weight = next(u), 1 + int(3 * next(u))
            if p < (inside if a % k == b % k else between):
                yield (a, b, weight)


def places(seed, kind, n):
    """Places on a plane: three groups of different density, or two bent ones; one in seven is anywhere."""
    u = uniform(seed, n * 28).reshape(n, 28)
    g = u[:, :24].reshape(n, 2, 12).sum(axis=2) - 6
    group = np.floor(3 * u[:, 24])
    bend = np.stack([np.cos(3 * u[:, 25]) * 4 + 4 * (group == 1), np.sin(3 * u[:, 25]) * np.where(group == 1, -4, 4)], axis=1)
    middle = np.stack([6 * (group == 1), 7 * (group == 2)], axis=1)
    usual = bend + 0.3 * g if kind else middle + g * (0.3 + 0.4 * group)[:, None]
    return np.where((u[:, 26] < 1 / 7)[:, None], 30 * u[:, 26:27] * 7 * np.array([1, 0]) - 10 + 25 * u[:, 27:] * np.array([0, 1]), usual)
