#!/usr/bin/env python3
"""Compares what Margay's rules matched with what another Sigma engine matched, rule by rule and record by record.

    margay rules hunt RULES --matches > ours.ndjson
    scripts/compare_rules.py ours.ndjson zircolite.json
    scripts/compare_rules.py ours.ndjson rsigma.ndjson --only 1-of-my-rules --show 5

The other side is told apart by its form: the report of Zircolite (a JSON array of rules with their matches), the NDJSON
of `rsigma engine eval --include-event`, or a second file of Margay's. Records are the same where computer, channel, record
number and millisecond are; a record that lies in two files counts twice. Exit code 1 where anything differs.
"""

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path


def main():
    options = arguments()
    ours, titles = read(options.ours)
    theirs, more = read(options.theirs)
    titles |= more
    rules = sorted(set(ours) | set(theirs))
    if options.only:
        rules = [rule for rule in rules if rule in options.only]
    differing = [rule for rule in rules if ours[rule] != theirs[rule]]
    for rule in differing:
        show(rule, titles.get(rule, ""), ours[rule], theirs[rule], options.show)
    summary(rules, differing, ours, theirs)
    return 1 if differing else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ours", type=Path)
    parser.add_argument("theirs", type=Path)
    parser.add_argument("--only", nargs="*", metavar="ID", help="only these rules")
    parser.add_argument("--show", type=int, default=3, help="differing records to show of each rule")
    return parser.parse_args()


def read(path):
    """Matches by rule as counted records, and the rules' titles."""
    matches, titles = defaultdict(Counter), {}
    for rule, title, record in matches_of(path):
        matches[rule][record] += 1
        titles[rule] = title
    return matches, titles


def matches_of(path):
    with path.open(encoding="utf-8") as file:
        first = file.read(1)
        file.seek(0)
        if first == "[":
            for rule in json.load(file):
                for match in rule["matches"]:
                    yield rule["id"], rule["title"], record_of(match, match.get("SystemTime"))
            return
        for line in file:
            found = json.loads(line)
            if "rule_id" in found and "origin" in found:
                yield found["rule_id"], found["title"], record_of(found["origin"], found.get("observed_at"))
            elif "rule_id" in found:
                event = found.get("event") or {}
                yield found["rule_id"], found.get("rule_title", ""), record_of(event, event.get("SystemTime"))


def record_of(names, time):
    """What tells a Windows record; of other sources the id that they give it."""
    computer = str(names.get("Computer") or names.get("host") or "").lower()
    number = names.get("EventRecordID") or names.get("uid") or ""
    return computer, names.get("Channel", ""), str(number), milliseconds(time)


def milliseconds(time):
    """Engines write more or fewer digits, `T` or a space, `Z` or an offset of zero."""
    parts = re.match(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?", str(time or ""))
    return f"{parts[1]}T{parts[2]}.{(parts[3] or '').ljust(3, '0')[:3]}" if parts else str(time or "")


def show(rule, title, ours, theirs, limit):
    print(f"{rule}  {title}: ours {ours.total()}, theirs {theirs.total()}")
    for sign, records in (("+", ours - theirs), ("-", theirs - ours)):
        for record, count in sorted(records.items())[:limit]:
            print(f"  {sign}{count} {' | '.join(record)}")
        if len(records) > limit:
            print(f"  {sign} and {len(records) - limit} other records")


def summary(rules, differing, ours, theirs):
    only_ours = sum(not theirs[rule] for rule in differing)
    only_theirs = sum(not ours[rule] for rule in differing)
    print(f"{len(rules)} rules fired: {len(rules) - len(differing)} agree on every record, {len(differing)} differ")
    print(f"  of these {only_ours} fired here only, {only_theirs} there only")
    more = sum((ours[rule] - theirs[rule]).total() for rule in differing)
    fewer = sum((theirs[rule] - ours[rule]).total() for rule in differing)
    total = sum(ours[rule].total() for rule in rules)
    print(f"{total} matches here, {sum(theirs[rule].total() for rule in rules)} there: {more} more, {fewer} fewer")


if __name__ == "__main__":
    sys.exit(main())
