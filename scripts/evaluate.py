#!/usr/bin/env python3
"""Measures detection on simulated worlds: runs the demo for many seeds and holds its threat events against the truth.

    scripts/evaluate.py --binary target/release/margay --seeds 301-340

Prints Markdown tables. The truth is read here from `truth.ndjson`, not taken from the demo's own summary: a threat event
is true where one of its targets and one of its other sides stand together in a record that an attack story caused.
"""

import argparse
import json
import math
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

Q_MAX = 0.05
RESAMPLES = 10_000


def main():
    options = arguments()
    with ThreadPoolExecutor(options.jobs) as pool:
        worlds = list(pool.map(lambda seed: measure(options, seed), options.seeds))
    if options.worlds:
        options.worlds.write_text("".join(json.dumps(world) + "\n" for world in worlds))
    print_events(worlds)
    print_recall(worlds)
    print_errors(worlds)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, default="target/release/margay")
    parser.add_argument("--seeds", type=seed_range, default="301-340", help="first-last")
    parser.add_argument("--scale", default="1")
    parser.add_argument("--days", default="1")
    parser.add_argument("--jobs", type=int, default=2, help="worlds at a time; each needs about 1 GB of disk")
    parser.add_argument("--worlds", type=Path, help="write one JSON line a world to this file")
    return parser.parse_args()


def seed_range(text):
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def measure(options, seed):
    """One world: its threat events and its stories, each with whether it is true or found."""
    with tempfile.TemporaryDirectory(prefix="margay-evaluate-") as folder:
        command = [options.binary.resolve(), "demo", "--json", "--seed", str(seed)]
        command += ["--scale", options.scale, "--days", options.days, "--dir", folder + "/demo"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"seed {seed}: the demo ended with {done.returncode}\n{done.stderr}")
        report = json.loads(done.stdout)
        truth = Truth(Path(folder) / "demo/world/truth.ndjson")
    print(f"seed {seed}: {len(report['events'])} threat events", file=sys.stderr)
    return judge(seed, report, truth)


class Truth:
    def __init__(self, path):
        self.stories = []
        self.caused = defaultdict(set)  # (host, other side) -> episodes
        self.innocent = {}
        self.misleading = {}
        for line in path.open():
            self.note(json.loads(line))

    def note(self, line):
        match line["kind"]:
            case "record":
                for other in {line["dst"], line["name"]} - {""}:
                    self.caused[line["src"], other].add(line["episode"])
            case "story":
                self.stories.append(line)
            case "innocent":
                for source in line["src"]:
                    self.innocent[source, line["destination"]] = f"{line['software']}, every {line['period_s']:.0f} s"
            case "misleading_indicator":
                self.misleading[line["value"]] = line["why"]

    def episodes(self, event):
        return set().union(*(self.caused.get(pair, ()) for pair in pairs(event)))

    def explain(self, event):
        for _, value in event["indicators"]:
            if value in self.misleading:
                return self.misleading[value]
        return next((self.innocent[pair] for pair in pairs(event) if pair in self.innocent), "ordinary traffic")


def pairs(event):
    """Every target with every other side."""
    others = [value for _, value in event["indicators"]] + event["diamond"]["infrastructure"]["values"]
    return [(target["value"], other) for target in event["targets"] for other in others]


def judge(seed, report, truth):
    events = []
    for event in report["events"]:
        episodes = truth.episodes(event)
        part = part_of(event)
        why = None if episodes else truth.explain(event)
        events.append({"part": part, "episodes": sorted(episodes), "title": event["title"], "why": why})
    found = {part: {name for event in events if event["part"] == part for name in event["episodes"]} for part in PARTS}
    stories = [
        {key: story[key] for key in ("story", "episode", "detector", "expected", "established", "period_s", "contacts")}
        | {"found": [part for part in PARTS if story["episode"] in found[part]]}
        for story in truth.stories
    ]
    ingested = report["ingested"]
    if not report["simulated"]["rows"] == ingested["received"] == ingested["rows"] + ingested["rejects"]:
        sys.exit(f"seed {seed}: records were lost: {report['simulated']}, {ingested}")
    return {"seed": seed, "rows": ingested["rows"], "events": events, "stories": stories}


PARTS = ("beaconing", "indicators")


def part_of(event):
    """What a threat event rests on. With a q-value it rests on a test, whatever indicators add to it."""
    names = {name.partition("@")[0] for name in event["detectors"]}
    if "beaconing" in names and event["q_value"] is not None and event["q_value"] <= Q_MAX:
        return "beaconing"
    return "indicators" if names == {"indicator"} else "other"


def print_events(worlds):
    print(f"Threat events in {len(worlds)} worlds, {sum(world['rows'] for world in worlds):,} records:\n")
    print("| rests on | threat events | true | false | false share, pooled (95 %) | false share, mean of worlds (95 %) |")
    print("|---|---|---|---|---|---|")
    for part in PARTS:
        shares, n_false, n_all = [], 0, 0
        for world in worlds:
            verdicts = [not event["episodes"] for event in world["events"] if event["part"] == part]
            shares.append(sum(verdicts) / max(len(verdicts), 1))
            n_false += sum(verdicts)
            n_all += len(verdicts)
        pooled, mean = interval(*wilson(n_false, n_all)), interval(*mean_of(shares))
        print(f"| {part} | {n_all} | {n_all - n_false} | {n_false} | {pooled} | {mean} |")


def print_recall(worlds):
    stories = [story for world in worlds for story in world["stories"]]
    print("\nStories that their detector could be expected to find, and how many it found:\n")
    print("| detector | story | found of expected | share (95 %) |")
    print("|---|---|---|---|")
    for detector in PARTS:
        expected = [story for story in stories if story["expected"] and story["detector"] == detector]
        groups = {"all": expected}
        for name in sorted({story["story"] for story in expected}):
            groups[name] = [story for story in expected if story["story"] == name]
        if detector == "beaconing":
            groups["began that day"] = [story for story in expected if not story["established"]]
            groups["was there before"] = [story for story in expected if story["established"]]
        for name, group in groups.items():
            n_found = sum(detector in story["found"] for story in group)
            print(f"| {detector} | {name} | {n_found} of {len(group)} | {interval(*wilson(n_found, len(group)))} |")


def print_errors(worlds):
    for part in PARTS:
        wrong = Counter(event["why"] for world in worlds for event in world["events"]
                        if event["part"] == part and event["why"])
        print(f"\nFalse threat events that rest on {part}, by what is behind them:\n")
        for why, count in wrong.most_common():
            print(f"- {count} × {why}")


def wilson(k, n):
    """Share k/n with its 95 % score interval (Wilson 1927)."""
    if n == 0:
        return math.nan, 0.0, 1.0  # no trials: nothing is known
    z = 1.959964
    share, spread = k / n, z * z / n
    center = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return share, max(center - half, 0.0), min(center + half, 1.0)


def mean_of(values):
    """Mean with its 95 % percentile bootstrap interval over worlds; the seed makes it repeatable."""
    dice = random.Random(1)
    means = sorted(sum(dice.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    return sum(values) / len(values), means[RESAMPLES // 40], means[-RESAMPLES // 40]


def interval(value, low, high):
    return f"{value:.3f} ({low:.3f} to {high:.3f})"


if __name__ == "__main__":
    main()
