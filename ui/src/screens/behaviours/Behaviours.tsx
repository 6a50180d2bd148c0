// The detectors: what each looks for, how much it found, and whether its tests are to be trusted.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Detector, list } from "../../api/heavy";
import { grouped } from "../../charts/words";
import { FoundFalse } from "../../parts/FoundFalse";
import { words } from "../../parts/labels";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Answer } from "../../parts/states";
import { type Column, Table } from "../../parts/Table";
import { Untrusted } from "../../parts/Untrusted";
import { Rate } from "../sources/Rate";
import classes from "./behaviours.module.css";

/** Tables whose rhythm says something of people and machines alike. */
const RHYTHMIC = [
  "connections",
  "dns_queries",
  "http_requests",
  "tls_sessions",
  "logons",
  "firewall_events",
  "emails",
];

export function Behaviours() {
  const query = useQuery(list<Detector>("/detectors"));
  return (
    <Page
      title="Behaviours"
      note="Detectors that test a hypothesis and say how surely. A finding that is only a hint stays a lead and raises nothing."
    >
      <div className={classes.stack}>
        <Rate tables={RHYTHMIC} />
        <Answer query={query}>
          {(detectors) => (
            <Panel title="Detectors" flush>
              <Table
                rows={detectors}
                columns={COLUMNS}
                keyOf={(detector) => detector.name}
                caption="Detectors"
              />
            </Panel>
          )}
        </Answer>
      </div>
    </Page>
  );
}

const COLUMNS: Column<Detector>[] = [
  {
    key: "name",
    head: "Detector",
    oneLine: true,
    by: (detector) => detector.name,
    cell: (detector) => (
      <Link to="/behaviours/$detector" params={{ detector: detector.name }} className={classes.name}>
        {words(detector.name)}
      </Link>
    ),
  },
  { key: "finds", head: "Finds", cell: (detector) => <Untrusted text={detector.finds} /> },
  {
    key: "techniques",
    head: "ATT&CK",
    cell: (detector) => <span className="mono">{detector.techniques.slice(0, 4).join(" ")}</span>,
  },
  {
    key: "findings",
    head: "Findings",
    numeric: true,
    by: (detector) => detector.n_findings,
    cell: (detector) => grouped(detector.n_findings),
  },
  {
    key: "raised",
    head: "Raised",
    help: "Findings that became part of a threat event; the others are leads",
    numeric: true,
    by: (detector) => detector.n_raised,
    cell: (detector) => grouped(detector.n_raised),
  },
  {
    key: "judged",
    head: "Found false",
    help: "Of the events that somebody judged, those that were not what they say, with the 95 % interval. Judged ones are no random sample",
    oneLine: true,
    by: (detector) => detector.judged.false_share?.value,
    cell: (detector) => <FoundFalse judged={detector.judged} />,
  },
  {
    key: "rate",
    head: "False discovery rate",
    cell: (detector) => <RateShown detector={detector} />,
  },
];

export function RateShown({ detector }: { detector: Detector }) {
  if (!detector.null_hypothesis)
    return <span className="soft">no test: it says what is listed or written in a rule</span>;
  if (detector.doubts.length > 0) {
    return (
      <span className={classes.doubt}>
        △ <Untrusted text={detector.doubts.map((doubt) => doubt.says).join("; ")} max={400} />
      </span>
    );
  }
  return detector.rate_is_shown ? (
    <>held in worlds that it had not seen</>
  ) : (
    <span className="soft">not shown yet: its findings are leads</span>
  );
}
