#!/usr/bin/env python3
"""Compares what Margay reads of Windows event logs with `evtx_dump` (the crate `evtx`) or libevtx, event by event.

    scripts/compare_evtx.py --margay target/release/margay --peer evtx_dump FOLDER
    scripts/compare_evtx.py --margay target/release/margay --libevtx FOLDER    (pip install libevtx-python)

Every .evtx file below FOLDER is ingested into a home of its own; the XML that the column `raw` keeps is compared with
the peer's: tags, attributes and texts, in any order of events. A character that XML does not allow counts as `_`, which is
what the peer writes for it. libevtx writes GUIDs in capitals, hex numbers with zeros in front, times without their last digit
and no texts of blanks only; these count as equal. Ends with 1 where an event differs.

With --columns, each value of the tables is also looked for among the values of its event: how many are equal (letters in any
case), equal as numbers, part of a value, or neither, which only columns of our own words should be.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict

# Tables that Windows events go to, and the others are empty here.
TABLES = (
    "alerts file_changes logons modules_loaded network_by_process other_records pipes processes registry_changes "
    "scheduled_tasks scripts services"
).split()
# Columns that every table has, which come from no single value.
COMMON = (
    "record_id dataset source observed_at observed_sub_ns ingested_at sample_weight attrs raw day"
).split()
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#x(?:[0-8]|[BCEFbcef]|1[0-9A-Fa-f]|FFF[EF]);")
GUID = re.compile(r"\{[0-9A-Fa-f-]{36}\}")
TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)\.(\d+)Z?")
HEX_ZEROS = re.compile(r"0x0+(?=[0-9a-fA-F])")


def form(element):
    tag = element.tag.split("}")[-1]
    return tag, tuple(sorted(element.attrib.items())), element.text or "", tuple(form(child) for child in element)


def event(text):
    try:
        return form(ElementTree.fromstring(NOT_XML.sub("_", text)))
    except ElementTree.ParseError as error:
        return "not XML", str(error), text


def loose(one):
    """An event without what libevtx writes otherwise."""
    if len(one) != 4:
        return one
    tag, attributes, text, children = one
    text = "" if children or not text.strip() else loose_text(text)
    return tag, tuple((name, loose_text(value)) for name, value in attributes), text, tuple(map(loose, children))


def loose_text(text):
    text = GUID.sub(lambda found: found.group().lower(), HEX_ZEROS.sub("0x", text))
    text = TIME.sub(lambda found: f"{found[1]}T{found[2]}.{found[3][:7].ljust(7, '0')}Z", text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def rows(margay, path):
    """All rows that Margay makes of a file, with their tables."""
    with tempfile.TemporaryDirectory() as home:
        subprocess.run([margay, "--home", home, "ingest", "--format", "evtx", path], capture_output=True, check=False)
        for table in TABLES:
            query = f"SELECT * FROM {table}"
            found = subprocess.run([margay, "--home", home, "--json", "sql", query], capture_output=True, check=True)
            for line in found.stdout.splitlines():
                yield table, json.loads(line)


def of_evtx_dump(peer, path):
    command = [peer, "-t", "1", "-o", "xml", "--no-indent", "--dont-show-record-number", path]
    text = subprocess.run(command, capture_output=True, check=False).stdout.decode()
    events = re.split(r"<\?xml[^>]*\?>\s*", text)
    return Counter(event(one.strip()) for one in events if one.strip())


def of_libevtx(path):
    import pyevtx

    log = pyevtx.file()
    log.open(str(path))
    events = Counter()
    for number in range(log.get_number_of_records()):
        try:
            events[loose(event(log.get_record(number).get_xml_string().rstrip("\0")))] += 1
        except OSError:
            # It cannot read this one.
            continue
    return events


def number(text):
    try:
        return int(text, 16) if text.lower().startswith("0x") else int(text)
    except ValueError:
        return None


def look_for(table, row, found):
    """Counts for each column where its values lie in the event."""
    try:
        elements = list(ElementTree.fromstring(NOT_XML.sub("_", row["raw"])).iter())
    except ElementTree.ParseError:
        return
    values = [value for element in elements for value in [*element.attrib.values(), element.text or ""]]
    texts = {NOT_XML.sub("_", value).lower().strip("{}") for value in values if value}
    numbers = {number(value) for value in values} - {None}
    for column, value in row.items():
        if column in COMMON or value is None:
            continue
        for one in value if isinstance(value, list) else [value]:
            text = NOT_XML.sub("_", str(one)).lower().strip("{}")
            if text in texts:
                where = "equal"
            elif number(text) in numbers:
                where = "equal number"
            else:
                where = "part" if any(text in whole for whole in texts) else "own word"
            found[f"{table}.{column}"][where] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--margay", default="target/release/margay")
    parser.add_argument("--peer", default="evtx_dump")
    parser.add_argument("--libevtx", action="store_true")
    parser.add_argument("--columns", action="store_true")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    files, events, differing, columns = 0, 0, 0, defaultdict(Counter)
    for path in sorted(arguments.folder.rglob("*.evtx")):
        read = Counter()
        for table, row in rows(arguments.margay, path):
            one = event(row["raw"])
            read[loose(one) if arguments.libevtx else one] += 1
            if arguments.columns:
                look_for(table, row, columns)
        expected = of_libevtx(path) if arguments.libevtx else of_evtx_dump(arguments.peer, path)
        files += 1
        events += expected.total()
        missing, added = expected - read, read - expected
        differing += max(missing.total(), added.total())
        for what, some in (("only the peer", missing), ("only Margay", added)):
            for one in list(some)[:1]:
                print(f"{path}: {what}: {str(one)[:300]}")
    for column, places in sorted(columns.items()):
        print(f"{column}: {', '.join(f'{count} {where}' for where, count in places.most_common())}")
    print(f"{files} files, {events} events of the peer, {differing} differ")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
