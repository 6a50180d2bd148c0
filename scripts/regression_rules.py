#!/usr/bin/env python3
"""Holds the public Sigma rules against the regression files of their own authors, through the program.

    scripts/regression_rules.py --margay target/release/margay SIGMA

SIGMA is a checkout of the public rules with the folder `regression_data`. All files are ingested into a home of its own and
hunted with all rules; for each rule the matches in its own file are counted and compared with the number that its author
expects. A file that is byte for byte another one is read once, and stands for both. Ends with 1 where a rule does not fire.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

# Tables that Windows events go to.
TABLES = (
    "alerts file_changes logons modules_loaded network_by_process other_records pipes processes registry_changes "
    "scheduled_tasks scripts services"
).split()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--margay", required=True)
    parser.add_argument("sigma", type=Path)
    options = parser.parse_args()
    data = options.sigma / "regression_data"
    with tempfile.TemporaryDirectory() as home:
        subprocess.run([options.margay, "--home", home, "ingest", data], check=False, capture_output=True)
        matches = matches_by_file(options, home)
    copies = defaultdict(set)
    for path in data.rglob("*"):
        if path.suffix in (".evtx", ".json"):
            copies[hashlib.sha256(path.read_bytes()).digest()].add(str(path.resolve()))
    silent = 0
    for suffix in (".evtx", ".json"):
        silent += compare(data, suffix, matches, copies)
    sys.exit(1 if silent else 0)


def matches_by_file(options, home):
    """How often each rule matched in each file."""
    run = lambda *words: subprocess.run([options.margay, "--home", home, *words], check=True, capture_output=True, text=True)
    rows = run("--json", "sql", " UNION ALL ".join(f"SELECT record_id, source FROM {table}" for table in TABLES))
    sources = {row["record_id"]: row["source"] for row in map(json.loads, rows.stdout.splitlines())}
    folders = [folder for folder in options.sigma.glob("rules*") if folder.is_dir() and "placeholder" not in folder.name]
    hunted = run("rules", "hunt", *map(str, folders), "--matches")
    found = map(json.loads, hunted.stdout.splitlines())
    return Counter((match["rule_id"], sources.get(match["record_id"], "")) for match in found)


def compare(data, suffix, matches, copies):
    """Prints what fires and what is counted otherwise; gives how many rules are silent."""
    silent, exact, others = [], 0, []
    files = sorted(data.rglob(f"*{suffix}"))
    for path in files:
        told = (path.parent / "info.yml").read_text()
        expected = int((re.search(r"match_count:\s*(\d+)", told) or [0, 1])[1])
        same = copies[hashlib.sha256(path.read_bytes()).digest()]
        count = sum(matches[path.stem, source] for source in same)
        if count == 0:
            silent.append(path.stem)
        elif count == expected:
            exact += 1
        else:
            others.append(f"{path.stem}: {count} instead of {expected}")
    print(f"{suffix}: {len(files) - len(silent)} of {len(files)} rules fire, {exact} with the expected number")
    for line in [f"silent: {stem}" for stem in silent] + others:
        print(f"  {line}")
    return len(silent)


if __name__ == "__main__":
    main()
