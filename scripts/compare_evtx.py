#!/usr/bin/env python3
"""Compares what Margay reads of Windows event logs with `evtx_dump` (the crate `evtx`), event by event.

    scripts/compare_evtx.py --margay target/release/margay --peer evtx_dump FOLDER

Every .evtx file below FOLDER is ingested into a home of its own; the XML that the column `raw` keeps is compared with
the peer's: tags, attributes and texts, in any order of events. A character that XML does not allow counts as `_`, which is
what the peer writes for it. Ends with 1 where an event differs.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter

# Tables that Windows events go to, and the others are empty here.
TABLES = (
    "alerts file_changes logons modules_loaded network_by_process other_records pipes processes registry_changes "
    "scheduled_tasks scripts services"
).split()
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#x(?:[0-8]|[BCEFbcef]|1[0-9A-Fa-f]|FFF[EF]);")


def form(element):
    tag = element.tag.split("}")[-1]
    return tag, tuple(sorted(element.attrib.items())), element.text or "", tuple(form(child) for child in element)


def event(text):
    try:
        return form(ElementTree.fromstring(NOT_XML.sub("_", text)))
    except ElementTree.ParseError as error:
        return "not XML", str(error), text


def ours(margay, path):
    with tempfile.TemporaryDirectory() as home:
        subprocess.run([margay, "--home", home, "ingest", "--format", "evtx", path], capture_output=True, check=False)
        query = " UNION ALL ".join(f"SELECT raw FROM {table}" for table in TABLES)
        rows = subprocess.run([margay, "--home", home, "--json", "sql", query], capture_output=True, check=True)
        return Counter(event(json.loads(line)["raw"]) for line in rows.stdout.splitlines())


def theirs(peer, path):
    command = [peer, "-t", "1", "-o", "xml", "--no-indent", "--dont-show-record-number", path]
    text = subprocess.run(command, capture_output=True, check=False).stdout.decode()
    events = re.split(r"<\?xml[^>]*\?>\s*", text)
    return Counter(event(one.strip()) for one in events if one.strip())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--margay", default="target/release/margay")
    parser.add_argument("--peer", default="evtx_dump")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    files, events, differing = 0, 0, 0
    for path in sorted(arguments.folder.rglob("*.evtx")):
        read, expected = ours(arguments.margay, path), theirs(arguments.peer, path)
        files += 1
        events += expected.total()
        missing, added = expected - read, read - expected
        differing += max(missing.total(), added.total())
        for what, some in (("only evtx_dump", missing), ("only Margay", added)):
            for one in list(some)[:1]:
                print(f"{path}: {what}: {str(one)[:300]}")
    print(f"{files} files, {events} events of evtx_dump, {differing} differ")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
