// Events with the same target or other side, its duplicates and parts.
import { Link } from "@tanstack/react-router";
import type { EventAnswer, Row } from "../../api/types";
import { Severity, State } from "../../parts/labels";
import { Panel } from "../../parts/Panel";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { shortId } from "../events/columns";
import classes from "./event.module.css";

export function Related({ answer: { related, duplicates, parts, event } }: { answer: EventAnswer }) {
  const others = related.filter((row) => row.id !== event.id);
  if (others.length + duplicates.length + parts.length === 0) return null;
  return (
    <Panel title="Related events" note="They share a target, another side or a campaign">
      <EventLines rows={others} />
      <Ids title="Duplicates of it" ids={duplicates} />
      <Ids title="Parts of it" ids={parts} />
    </Panel>
  );
}

export function EventLines({ rows }: { rows: Row[] }) {
  return (
    <ul className={classes.lines}>
      {rows.map((row) => (
        <li key={row.id}>
          <Severity value={row.severity} word={false} />
          <Link to={`/events/${row.id}` as never} className={classes.line}>
            <Untrusted text={row.title} max={90} />
          </Link>
          <span className={classes.lineEnd}>
            <Time at={row.first_seen} seconds={false} /> <State value={row.state} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Ids({ title, ids }: { title: string; ids: string[] }) {
  if (ids.length === 0) return null;
  return (
    <p>
      {title}:{" "}
      {ids.map((id) => (
        <Link key={id} to={`/events/${id}` as never} className="mono" style={{ marginRight: 8 }}>
          {shortId(id)}
        </Link>
      ))}
    </p>
  );
}
