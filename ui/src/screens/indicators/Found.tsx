// All that is known of one value: its score and why, claims, how it decays, who met it here, what people found.

import { Button, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../../api/client";
import type { Claim, IndicatorView } from "../../api/heavy";
import { useMay } from "../../api/session";
import { DecayCurve } from "../../charts/DecayCurve";
import { counted, grouped } from "../../charts/words";
import { Indicator } from "../../parts/Indicator";
import { Tlp, words } from "../../parts/labels";
import { Panel } from "../../parts/Panel";
import { Empty, Failure } from "../../parts/states";
import { type Column, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { literal } from "../../sql/text";
import classes from "./indicators.module.css";
import { Sweep } from "./Sweep";

/** The word that goes with a score, so that the bar is not all there is. */
const word = (score: number): string =>
  score >= 70 ? "malicious" : score >= 30 ? "suspicious" : score > 0 ? "weak" : "nothing";

export function Score({ value }: { value: number }) {
  return (
    <span className={classes.score}>
      <span className={classes.track} aria-hidden="true">
        <span data-word={word(value)} style={{ width: `${Math.max(0, Math.min(100, value))}%` }} />
      </span>
      <span className="numbers">{Math.round(value)}</span>
    </span>
  );
}

export function Unknown({ asked }: { asked: string }) {
  return (
    <Empty title="Nobody says anything of it">
      <p>
        No source that is loaded names <Indicator value={asked} />. It may be in your records all the same:
      </p>
      <p>
        <Link to="/hunt" search={{ q: huntFor(asked) } as never}>
          hunt for it in all connections
        </Link>
      </p>
      <Sweep values={[asked]} />
    </Empty>
  );
}

function huntFor(value: string): string {
  const plain = value.replaceAll("[.]", ".").replace(/^hxxp/i, "http");
  return /^[\d.:a-f/]+$/i.test(plain) && /[.:]/.test(plain)
    ? `SELECT observed_at, src_ip, dst_ip, dst_port, service, src_bytes, dst_bytes\nFROM connections\nWHERE src_ip = ${literal(plain)} OR dst_ip = ${literal(plain)}\nORDER BY observed_at DESC`
    : `SELECT observed_at, src_ip, query, answers\nFROM dns_queries\nWHERE domain_is_or_under(query, ${literal(plain)})\nORDER BY observed_at DESC`;
}

export function Found({ view }: { view: IndicatorView }) {
  return (
    <article className={classes.found}>
      <header className={classes.head}>
        <h2>
          <Indicator value={view.value} max={90} />
        </h2>
        <span className="soft">{words(view.kind)}</span>
        <Score value={view.score} />
        <strong>{word(view.score)}</strong>
      </header>
      {view.warnings.length > 0 && (
        <p className={classes.warning}>
          <strong>△ It may be innocent.</strong> On{" "}
          {view.warnings.map(([list, weight]) => (
            <span key={list}>
              <Untrusted text={list} /> (leaves {Math.round(weight * 100)} % of a claim){" "}
            </span>
          ))}
        </p>
      )}
      <ul className={classes.because}>
        {view.because.map((sentence) => (
          <li key={sentence}>
            <Untrusted text={sentence} />
          </li>
        ))}
      </ul>
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Panel
            title={`Claims of ${counted(new Set(view.claims.map((one) => one.source)).size, "source")}`}
            flush
          >
            <Table
              rows={view.claims}
              columns={CLAIMS}
              keyOf={(claim) => `${claim.source} ${claim.valid_from} ${claim.labels.join(" ")}`}
              caption="Claims"
              name="claims"
            />
          </Panel>
          {view.curve.length > 1 && (
            <Panel title="How it decays" note="What is left of the best claim, if nobody sees it again.">
              <DecayCurve decay={{ points: view.curve, now: view.now, threshold: view.threshold }} />
            </Panel>
          )}
        </div>
        <div className={classes.stack}>
          <Sightings view={view} />
          <Sweep values={[view.value]} />
          <Judge view={view} />
        </div>
      </div>
    </article>
  );
}

function Sightings({ view }: { view: IndicatorView }) {
  return (
    <Panel title="Met here" note={`${grouped(view.n_sightings)} findings rest on it.`}>
      {view.sightings.length === 0 ? (
        <p className="soft">
          No finding rests on it.{" "}
          <Link to="/hunt" search={{ q: huntFor(view.value) } as never}>
            Hunt in the records
          </Link>
        </p>
      ) : (
        <ul className={classes.sightings}>
          {view.sightings.map((sighting) => (
            <li key={`${sighting.subject} ${sighting.first_seen}`}>
              <Link to="/events" search={{ f: `"${sighting.subject}"` } as never}>
                <Untrusted text={sighting.subject} mono />
              </Link>
              <Time at={sighting.last_seen} seconds={false} />
              <span className="soft">{counted(sighting.records, "record")}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const JUDGEMENTS = [
  { value: "false_positive", label: "Harmless" },
  { value: "true_positive", label: "Malicious" },
  { value: "open", label: "Undecided again" },
];

function Judge({ view }: { view: IndicatorView }) {
  const mayWork = useMay("work_on_events");
  const [judgement, setJudgement] = useState("false_positive");
  const [reason, setReason] = useState("");
  const client = useQueryClient();
  const judge = useMutation({
    mutationFn: () => post("/indicators/verdict", { kind: view.kind, text: view.value, judgement, reason }),
    onSuccess: () => {
      setReason("");
      return client.invalidateQueries({ queryKey: ["indicators"] });
    },
  });
  return (
    <Panel title="What people found">
      <ul className={classes.sightings}>
        {view.verdicts.map((verdict) => (
          <li key={verdict.given_at}>
            <strong>{words(verdict.judgement)}</strong>
            <Untrusted text={verdict.given_by} />
            <Time at={verdict.given_at} seconds={false} />
            <Untrusted text={verdict.reason} />
          </li>
        ))}
      </ul>
      {mayWork && (
        <form
          className={classes.judge}
          onSubmit={(event) => {
            event.preventDefault();
            judge.mutate();
          }}
        >
          <Select
            aria-label="Verdict"
            data={JUDGEMENTS}
            value={judgement}
            allowDeselect={false}
            onChange={(value) => setJudgement(value ?? "open")}
          />
          <TextInput
            aria-label="Why"
            placeholder="Why"
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={reason.trim() === ""} loading={judge.isPending}>
            Keep
          </Button>
        </form>
      )}
      {judge.error && <Failure error={judge.error} />}
    </Panel>
  );
}

const CLAIMS: Column<Claim>[] = [
  {
    key: "source",
    head: "Source",
    by: (claim) => claim.source,
    cell: (claim) => <Untrusted text={claim.source} />,
  },
  {
    key: "score",
    head: "Now",
    numeric: true,
    by: (claim) => claim.score.now,
    cell: (claim) => <Score value={claim.score.now} />,
  },
  {
    key: "said",
    head: "Said",
    help: "The confidence that the source gave",
    numeric: true,
    by: (claim) => claim.confidence,
    cell: (claim) => claim.confidence,
  },
  {
    key: "standing",
    head: "Standing",
    by: (claim) => claim.score.standing,
    cell: (claim) => words(claim.score.standing),
  },
  {
    key: "what",
    head: "What it is",
    cell: (claim) => (
      <Untrusted text={[claim.malware, claim.actor, ...claim.labels].filter(Boolean).join(", ")} max={60} />
    ),
  },
  {
    key: "from",
    head: "Since",
    by: (claim) => claim.first_seen ?? claim.valid_from,
    cell: (claim) => <Time at={claim.first_seen ?? claim.valid_from} seconds={false} />,
  },
  {
    key: "until",
    head: "Until",
    by: (claim) => claim.valid_until,
    cell: (claim) => <Time at={claim.valid_until} seconds={false} />,
  },
  {
    key: "decays",
    head: "Decays",
    help: "When it falls, or fell, below what counts, if nobody sees it again",
    oneLine: true,
    by: (claim) => claim.score.decays_at,
    cell: (claim) => <Time at={claim.score.decays_at} seconds={false} />,
  },
  { key: "tlp", head: "TLP", cell: (claim) => <Tlp value={claim.tlp} /> },
  {
    key: "reference",
    head: "Reference",
    oneLine: true,
    // Never a live link: it is a stranger's address.
    cell: (claim) => (claim.reference ? <Indicator value={claim.reference} max={30} /> : "–"),
  },
];
