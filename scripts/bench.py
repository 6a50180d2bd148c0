#!/usr/bin/env python3
"""Measures whole processes: runs the release binary as a user would and prints rows, seconds, rows/s and peak memory.

    scripts/bench.py --binary target/release/margay --dir bench-out              # everything
    scripts/bench.py --binary target/release/margay --dir bench-out zeek start # only these

Linux only (taskset, peak memory from the kernel). What it made lies in the folder: remove it afterwards.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

PAIRS = 3


def main():
    options = arguments()
    options.dir.mkdir(parents=True, exist_ok=True)
    print(f"{options.binary.stat().st_size / 1e6:.0f} MB binary, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name in options.what:
        MEASUREMENTS[name](options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="*", default=list(MEASUREMENTS), help=f"of: {' '.join(MEASUREMENTS)}; default: all")
    parser.add_argument("--binary", type=Path, default=Path("target/release/margay"))
    parser.add_argument("--dir", type=Path, required=True, help="folder for worlds and homes, on the disk to measure")
    parser.add_argument("--scale", default="5", help="size of the simulated day")
    parser.add_argument("--core", default="0", help="the core for measurements on one core")
    parser.add_argument("--duckdb", default=sys.executable, help="a Python that has duckdb")
    options = parser.parse_args()
    unknown = set(options.what) - set(MEASUREMENTS)
    if unknown:
        parser.error(f"not measured here: {', '.join(unknown)}")
    options.binary = options.binary.resolve()
    return options


def zeek(options):
    """Zeek conn TSV to committed rows, raw kept, one core."""
    log = next((world(options) / "zeek").glob("*/conn.log"))
    for _ in range(PAIRS):
        report("zeek conn TSV, one core", ingest(options, [log], pinned(options)))


def logpush(options):
    """Logpush HTTP NDJSON, one core, in turns with DuckDB's copy of the same file to Parquet."""
    joined = options.dir / "http_requests.ndjson"
    if not joined.exists():
        with joined.open("wb") as out:
            for log in sorted((world(options) / "cloudflare/http_requests").glob("*/*.log")):
                out.write(log.read_bytes())
    copy = (
        "import duckdb, sys; duckdb.execute('set threads=1'); "
        "duckdb.execute(f\"copy (from read_json('{sys.argv[1]}', format='newline_delimited')) "
        "to '{sys.argv[2]}' (format parquet, compression zstd)\")"
    )
    ratios = []
    for _ in range(PAIRS):
        ours = ingest(options, [joined], pinned(options))
        report("logpush http_requests NDJSON, one core", ours)
        theirs = run([options.duckdb, "-c", copy, joined, options.dir / "duckdb.parquet"], pinned(options))
        report("  DuckDB, the same file to Parquet, one core", theirs)
        ratios.append(ours["cpu"] / theirs["cpu"])
    print(f"  CPU time, ours / DuckDB's: {', '.join(f'{ratio:.2f}' for ratio in ratios)}")


def memory(options):
    """Peak memory of a small input and of a whole day, all cores."""
    small = options.dir / "small.log"
    with next((world(options) / "zeek").glob("*/conn.log")).open("rb") as log:
        small.write_bytes(log.read(10 << 20))
    report("memory, 10 MB", ingest(options, [small]))
    parts = [world(options) / part for part in ("zeek", "zeek_branch", "cloudflare")]
    report("memory, the whole day", ingest(options, parts))


def indicators(options):
    """A million indicators: 5 domains, 3 addresses and 2 hashes of every ten."""
    path = options.dir / "indicators.csv"
    dice = random.Random(1)
    with path.open("w") as out:
        out.write("type,value,confidence\n")
        for number in range(1_000_000):
            out.write(indicator(number, dice) + ",60\n")
    home = fresh(options.dir / "home-indicators")
    report("1,000,000 indicators", run([options.binary, "--home", home, "intel", "load", path, "--source", "bench"]))


def indicator(number, dice):
    match number % 10:
        case 0 | 1 | 2 | 3 | 4:
            return f"domain,{dice.getrandbits(60):x}.example"
        case 5 | 6 | 7:
            return f"ipv4,{1 + number // 65536 % 8}.{number // 256 % 256}.{number % 256}.{dice.randint(1, 254)}"
    return f"sha256,{dice.getrandbits(256):064x}"


def detect(options):
    """A day judged, then judged again with nothing new, on two cores."""
    home = fresh(options.dir / "home-detect")
    parts = [world(options) / part for part in ("zeek", "zeek_branch", "cloudflare")]
    run([options.binary, "--home", home, "--json", "ingest", *parts])
    two = ["taskset", "-c", "0,1", "env", "MARGAY_THREADS=2"]
    report("detect, a day, two cores", run([options.binary, "--home", home, "--json", "detect"], two))
    report("detect, nothing new, two cores", run([options.binary, "--home", home, "--json", "detect"], two))


def start(options):
    """Start of the process, median of 21."""
    seconds = statistics.median(run([options.binary, "--version"])["wall"] for _ in range(21))
    print(f"start: {1_000 * seconds:.1f} ms")


MEASUREMENTS = {
    "start": start, "zeek": zeek, "logpush": logpush, "memory": memory, "indicators": indicators, "detect": detect,
}


def world(options):
    """A simulated day, made once."""
    folder = options.dir / "world"
    if not folder.exists():
        run([options.binary, "sim", "--days", "1", "--scale", options.scale, "--seed", "1", "--out", folder])
    return folder


def ingest(options, paths, prefix=()):
    home = fresh(options.dir / "home")
    return run([options.binary, "--home", home, "--json", "ingest", *paths], prefix)


def pinned(options):
    return ["taskset", "-c", options.core, "env", "MARGAY_THREADS=1"]


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def run(command, prefix=()):
    """Runs to the end: wall and CPU seconds, peak memory in MB, and what it printed."""
    begun = time.perf_counter()
    child = subprocess.Popen([*prefix, *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    printed = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begun
    if status != 0:
        sys.exit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "mb": usage.ru_maxrss / 1024, "printed": printed}


def report(title, done):
    try:
        rows = json.loads(done["printed"]).get("rows")
    except ValueError:
        rows = None
    speed = f", {rows:,} rows, {rows / done['wall']:,.0f} rows/s, {rows / done['cpu']:,.0f} per CPU second" if rows else ""
    print(f"{title}: {done['wall']:.2f} s, CPU {done['cpu']:.2f} s, peak {done['mb']:,.0f} MB{speed}", flush=True)


if __name__ == "__main__":
    main()
