"""Times what benches/models.rs times, with the implementations that Python's users have: one thread, computing time.

    pip install numpy scipy scikit-learn river rrcf igraph leidenalg

Usage: python3 speed.py
"""
import os
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import igraph
import leidenalg
import numpy as np
import rrcf
from river.anomaly import HalfSpaceTrees
from sklearn.cluster import HDBSCAN
from sklearn.ensemble import HistGradientBoostingClassifier, IsolationForest
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from made import dense, odd, places, sparse, uniform


def timed(what, n, work):
    start = time.process_time()
    result = work()
    seconds = time.process_time() - start
    print(f"{what:<56} {n / seconds:>12.0f}/s  {seconds:>7.3f} s for {n}", flush=True)
    return result


def names(n):
    u = iter(uniform(60, n * 50))
    for _ in range(n):
        length = 6 + int(next(u) * 15)
        yield "".join(chr(ord("a") + int(next(u) * next(u) * 26)) for _ in range(length))


words = list(names(200_000))
hashing = HashingVectorizer(analyzer="char", ngram_range=(1, 4), n_features=2**18)
timed("n-grams of names, as sorted features", len(words), lambda: hashing.transform(words))

x, y = sparse(1, 100_000)
model = timed("logistic regression learns rows of 8 features", len(y), lambda: LogisticRegression(C=1.0, max_iter=1000).fit(x, y))
timed("logistic regression judges", len(y), lambda: model.decision_function(x))

x, y = dense(3, 50_000)
model = timed(
    "boosted trees learn rows of 30, 100 trees of 31 leaves", len(y),
    lambda: HistGradientBoostingClassifier(early_stopping=False, max_depth=8).fit(x, y),
)
timed("boosted trees judge", len(y), lambda: model.decision_function(x))

x, y = odd(5, 0, 20_000)
model = timed("isolation forest learns rows of 4", len(y), lambda: IsolationForest(random_state=1).fit(x))
timed("isolation forest judges", len(y), lambda: model.score_samples(x))


def half_space():
    trees = HalfSpaceTrees(n_trees=25, height=10, window_size=250, seed=1, limits={i: (-6, 6) for i in range(4)})
    for row in x[:2000]:
        row = dict(enumerate(row))
        trees.score_one(row)
        trees.learn_one(row)


def cut_forest():
    forest = [rrcf.RCTree() for _ in range(40)]
    for at, row in enumerate(x[:600]):
        for tree in forest:
            if len(tree.leaves) == 256:
                tree.forget_point(at - 256)
            tree.insert_point(row, index=at)
            tree.codisp(at)


timed("half-space trees judge and learn", 2000, half_space)
timed("random cut forest judges and learns", 600, cut_forest)

at = places(40, 0, 5_000)
timed("HDBSCAN of places", len(at), lambda: HDBSCAN(min_cluster_size=20, min_samples=10, copy=True).fit(at))

n = 50_000
u = uniform(50, 1_500_000).reshape(-1, 3)
a = (u[:, 0] * n).astype(int)
b = np.where(u[:, 1] < 0.9, a // 50 * 50 + (u[:, 2] * 50).astype(int), (u[:, 2] * n).astype(int))
graph = igraph.Graph(n, np.stack([a, b], axis=1).tolist())
timed("personalized PageRank, by edges", len(a), lambda: graph.personalized_pagerank(reset_vertices=[7]))
timed("label propagation, by edges", len(a), lambda: graph.community_label_propagation())
found = timed("Leiden, by edges", len(a), lambda: leidenalg.find_partition(graph, leidenalg.ModularityVertexPartition, n_iterations=-1, seed=1))
print(f"    modularity {found.modularity:.4f}")
