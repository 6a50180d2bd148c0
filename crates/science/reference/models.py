"""Makes the reference values of `models`, `anomaly`, `cluster` and `graph`. Needs the packages below.

    pip install numpy scipy scikit-learn river rrcf networkx igraph leidenalg

Usage: python3 models.py          (writes the CSV files beside itself)

Cases are not in the files: they are made on both sides from the same stream of numbers (`made.py` here, `made.rs` in
`tests/it`), so that they can be many.
"""
import csv
import os
import pathlib

# More threads than free cores make scikit-learn's trees take minutes instead of seconds.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import igraph
import leidenalg
import networkx as nx
import numpy as np
import rrcf
from river.anomaly import HalfSpaceTrees
from scipy import stats
from sklearn import metrics
from sklearn.cluster import HDBSCAN
from sklearn.ensemble import HistGradientBoostingClassifier, IsolationForest
from sklearn.linear_model import LogisticRegression

from made import blocks, dense, odd, places, sparse

HERE = pathlib.Path(__file__).parent


def join(values):
    return " ".join(repr(float(value)) for value in values)


def write(name, header, rows):
    with open(HERE / f"{name}.csv", "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[repr(float(c)) if not isinstance(c, str) else c for c in row] for row in rows])


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


def isolation():
    for kind in range(4):
        x, y = odd(5 + kind, kind, 3000)
        areas = [metrics.roc_auc_score(y, -IsolationForest(random_state=seed).fit(x).score_samples(x)) for seed in range(10)]
        yield [kind, np.mean(areas), np.std(areas)]


def half_space():
    for kind in range(4):
        x, y = odd(5 + kind, kind, 3000)
        x, areas = (x - x.min(axis=0)) / np.ptp(x, axis=0), []
        for seed in range(5):
            trees, scores = HalfSpaceTrees(n_trees=25, height=10, window_size=250, seed=seed), []
            for row in x:
                row = dict(enumerate(row))
                scores.append(trees.score_one(row))
                trees.learn_one(row)
            areas.append(metrics.roc_auc_score(y[250:], scores[250:]))
        yield [kind, np.mean(areas)]


def cut_forest():
    for kind in range(4):
        x, y = odd(5 + kind, kind, 1500)
        np.random.seed(kind)
        forest, scores = [rrcf.RCTree() for _ in range(40)], np.zeros(len(x))
        for at, row in enumerate(x):
            for tree in forest:
                if len(tree.leaves) == 256:
                    tree.forget_point(at - 256)
                tree.insert_point(row, index=at)
                scores[at] += tree.codisp(at) / len(forest)
        yield [kind, metrics.roc_auc_score(y[256:], scores[256:])]


def tails_and_bins():
    """ECOD and HBOS by their formulas, each row asked beside the 500 that were fitted."""
    for kind in range(4):
        x, asked = odd(5 + kind, kind, 500)[0], odd(20 + kind, kind, 40)[0]
        skew, ecod, hbos = stats.skew(x), [], []
        for row in asked:
            left = -np.log(((x <= row).sum(axis=0) + 1) / (len(x) + 1))
            right = -np.log(((x >= row).sum(axis=0) + 1) / (len(x) + 1))
            ecod.append(max(left.sum(), right.sum(), np.where(skew < 0, left, right).sum()))
            score = 0
            for column, value in zip(x.T, row):
                counts, edges = np.histogram(column, bins=int(np.ceil(np.sqrt(len(x)))))
                at = np.searchsorted(edges, value, side="right") - 1
                at = len(counts) - 1 if value == edges[-1] else at
                score += np.log((counts.max() + 1) / ((counts[at] if 0 <= at < len(counts) else 0) + 1))
            hbos.append(score)
        yield [kind, join(ecod), join(hbos)]


def pagerank():
    for n, k, inside, between in [(40, 4, 0.08, 0.02), (200, 5, 0.1, 0.01)]:
        graph = nx.DiGraph()
        graph.add_nodes_from(range(n))
        graph.add_weighted_edges_from(blocks(30, n, k, inside, between))
        for damping, seeds in [(0.85, {}), (0.85, {3: 1.0, 17: 3.0}), (0.5, {0: 1.0})]:
            ranks = nx.pagerank(graph, damping, seeds or None, max_iter=1000, tol=1e-14)
            yield [n, k, inside, between, damping, join(seeds), join(seeds.values()), join(ranks[node] for node in range(n))]


def leiden():
    """The best of ten seeds, as every single one may stop early."""
    for n, k, inside, between in [(120, 4, 0.4, 0.02), (300, 6, 0.12, 0.03), (300, 30, 0.9, 0.02)]:
        edges = list(blocks(31, n, k, inside, between))
        graph = igraph.Graph(n, [(a, b) for a, b, _ in edges])
        weights = [weight for _, _, weight in edges]
        truth = [node % k for node in range(n)]
        of_truth = nx.community.modularity
        nxg = nx.Graph()
        nxg.add_nodes_from(range(n))
        nxg.add_weighted_edges_from(edges)
        groups = [{node for node in range(n) if node % k == group} for group in range(k)]
        for kind, partition, resolution in [
            ("modularity", leidenalg.RBConfigurationVertexPartition, 1.0),
            ("modularity", leidenalg.RBConfigurationVertexPartition, 2.0),
            ("potts", leidenalg.CPMVertexPartition, 0.2),
        ]:
            found = [
                leidenalg.find_partition(graph, partition, weights=weights, resolution_parameter=resolution, n_iterations=-1, seed=seed)
                for seed in range(10)
            ]
            share = lambda part: part.quality() / (2 * sum(weights))
            known = partition(graph, initial_membership=truth, weights=weights, resolution_parameter=resolution)
            if kind == "modularity":
                assert abs(share(known) - of_truth(nxg, groups, resolution=resolution)) < 1e-9
            yield [n, k, inside, between, kind, resolution, share(known), max(map(share, found)), np.mean(list(map(share, found)))]


def hdbscan():
    for kind, n, smallest, neighbours in [(0, 400, 10, 5), (0, 400, 20, 20), (1, 400, 10, 5), (1, 1000, 15, 8)]:
        model = HDBSCAN(min_cluster_size=smallest, min_samples=neighbours, copy=True).fit(places(40 + kind, kind, n))
        yield [kind, n, smallest, neighbours, join(model.labels_)]


def markov():
    """Interpolated Witten-Bell by its formula; a symbol is a byte, "<" before and ">" behind the text."""
    known = ["margay", "marmot", "market", "mongoose", "moose", "goose", "margin", "ocelot", "oats", "aaaa"]
    asked = ["margay", "marmoset", "moose", "goo", "zebra", "", "aaaaaaaa", "ots"]
    for order in (1, 2, 3, 5):
        counts = {}
        for text in known:
            text = ["<", *text, ">"]
            for end in range(1, len(text)):
                for n in range(order):
                    if end - n >= 0:
                        followers = counts.setdefault(tuple(text[end - n : end]), {})
                        followers[text[end]] = followers.get(text[end], 0) + 1

        def chance(context, symbol):
            shorter = chance(context[1:], symbol) if context else 1 / 257
            followers = counts.get(tuple(context), {})
            if not followers:
                return shorter
            return (followers.get(symbol, 0) + len(followers) * shorter) / (sum(followers.values()) + len(followers))

        bits = []
        for text in asked:
            text = ["<", *text, ">"]
            bits.append(-sum(np.log2(chance(text[max(0, end - order + 1) : end], text[end])) for end in range(1, len(text))))
        yield [order, " ".join(known), " ".join(text or "-" for text in asked), join(bits)]


write("logistic", ["l2", "l1", "intercept", "weights", "log_loss"], logistic())
write("boosted", ["n", "trees", "leaves", "rate", "l2", "auc", "log_loss"], boosted())
write("isolation", ["kind", "auc", "sd"], isolation())
write("half_space", ["kind", "auc"], half_space())
write("cut_forest", ["kind", "auc"], cut_forest())
write("tails_and_bins", ["kind", "ecod", "hbos"], tails_and_bins())
write("pagerank", ["n", "k", "inside", "between", "damping", "seeds", "weights", "ranks"], pagerank())
write("leiden", ["n", "k", "inside", "between", "quality", "resolution", "of_truth", "best", "mean"], leiden())
write("hdbscan", ["kind", "n", "smallest", "neighbours", "labels"], hdbscan())
write("markov", ["order", "known", "asked", "bits"], markov())
