// What a detector found, surest first; of a beacon also its raster and spectrum.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Detector, type Finding, list } from "../../api/heavy";
import { useMay } from "../../api/session";
import { BeaconRaster } from "../../charts/BeaconRaster";
import { grouped, rough } from "../../charts/words";
import { plain } from "../../parts/hostile";
import { Panel } from "../../parts/Panel";
import { Answer, Empty } from "../../parts/states";
import { type Column, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { queried } from "../../sql/run";
import { useRange } from "../../url/range";
import { useParam } from "../../url/state";
import classes from "./behaviours.module.css";
import { contactsOf } from "./contacts";

const SHOWN = 200;
/** Detectors whose findings have a rhythm to be drawn. */
const RHYTHMIC = new Set(["beaconing"]);

export function Findings({ detector }: { detector: Detector }) {
  const [range] = useRange();
  const [sel, setSel] = useParam("sel");
  const query = useQuery(
    list<Finding>("/findings", {
      detector: detector.name,
      since: range.since,
      until: range.until,
      limit: SHOWN,
    }),
  );
  const pick = RHYTHMIC.has(detector.name) ? (id: string) => setSel(id, { replace: true }) : null;
  return (
    <Answer query={query}>
      {(unsorted) => {
        const findings = bySurety(unsorted);
        return findings.length === 0 ? (
          <Empty title="It has found nothing in this time" command="margay detect" />
        ) : (
          <>
            <Panel title="Findings" note={`The first ${grouped(findings.length)}.`} flush>
              <div className={classes.findings}>
                <Table
                  rows={findings}
                  columns={columnsOf(pick)}
                  keyOf={(finding) => finding.id}
                  caption="Findings"
                  chosen={sel}
                />
              </div>
            </Panel>
            {pick && <Rhythm finding={findings.find((finding) => finding.id === sel) ?? findings[0]} />}
          </>
        );
      }}
    </Answer>
  );
}

const isLead = (finding: Finding): boolean => finding.labels.includes("lead");

/** The surest first; what has no test stands last. */
const bySurety = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => (a.p_value ?? 2) - (b.p_value ?? 2));

function columnsOf(pick: ((id: string) => void) | null): Column<Finding>[] {
  const columns: Column<Finding>[] = [
    {
      key: "first",
      head: "From",
      oneLine: true,
      by: (finding) => finding.first_seen,
      cell: (finding) => <Time at={finding.first_seen} seconds={false} />,
    },
    {
      key: "subject",
      head: "Who",
      oneLine: true,
      by: (finding) => finding.subject.value,
      cell: (finding) => <Untrusted text={finding.subject.value} max={40} mono />,
    },
    {
      key: "object",
      head: "With",
      oneLine: true,
      by: (finding) => finding.object?.value,
      cell: (finding) => <Untrusted text={finding.object?.value ?? "–"} max={44} mono />,
    },
    {
      key: "p",
      head: "p",
      help: "How likely this, or more, would be if nothing were wrong",
      numeric: true,
      by: (finding) => finding.p_value,
      cell: (finding) => (finding.p_value === null ? "–" : rough(finding.p_value)),
    },
    {
      key: "q",
      head: "q",
      help: "The smallest false discovery rate at which it is still reported",
      numeric: true,
      by: (finding) => finding.q_value,
      cell: (finding) => (finding.q_value === null ? "–" : rough(finding.q_value)),
    },
    {
      key: "event",
      head: "Worth",
      help: "A lead is hinted at by the evidence, which does not carry it",
      oneLine: true,
      by: (finding) => (isLead(finding) ? 1 : 0),
      cell: (finding) =>
        isLead(finding) ? (
          <span className="soft">lead</span>
        ) : (
          <Link
            to="/events"
            search={{ f: `detector:${finding.detector} "${finding.subject.value}"` } as never}
          >
            in an event
          </Link>
        ),
    },
    { key: "because", head: "Because", cell: (finding) => <Untrusted text={finding.because} /> },
  ];
  if (!pick) return columns;
  const draw: Column<Finding> = {
    key: "draw",
    head: "Rhythm",
    cell: (finding) => (
      <button type="button" className={classes.draw} onClick={() => pick(finding.id)}>
        draw
      </button>
    ),
  };
  return [...columns.slice(0, -1), draw, ...columns.slice(-1)];
}

/** More contacts change neither picture. */
const CONTACTS_MAX = 20_000;

function Rhythm({ finding }: { finding: Finding | undefined }) {
  const maySql = useMay("run_sql");
  const sql = finding ? contactsOf(finding) : null;
  const query = useQuery({
    queryKey: ["contacts", sql],
    queryFn: async ({ signal }) => {
      const result = await queried(sql ?? "", CONTACTS_MAX, signal);
      return result.values(0).map((at) => Number(at) / 1000);
    },
    enabled: maySql && sql !== null,
    staleTime: 600_000,
  });
  if (!finding || !sql || !maySql) return null;
  const what = `${plain(finding.subject.value)} to ${plain(finding.object?.value ?? "")}`;
  return (
    <Panel title="Rhythm" note="Every contact between the two, from the records themselves.">
      <Answer query={query} what="Reading contacts">
        {(times) => <BeaconRaster times={times} what={what} />}
      </Answer>
    </Panel>
  );
}
