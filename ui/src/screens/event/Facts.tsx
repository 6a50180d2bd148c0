// The numbers of an event, with what they mean beside them.
import type { ReactNode } from "react";
import type { ThreatEvent } from "../../api/types";
import { Time } from "../../parts/Time";
import { small } from "../events/columns";
import classes from "./event.module.css";
import { Techniques } from "./Techniques";

export function Facts({ event }: { event: ThreatEvent }) {
  return (
    <dl className={classes.facts}>
      <Fact name="Seen">
        <Time at={event.first_seen} /> – <Time at={event.last_seen} />
      </Fact>
      <Fact name="Confidence">
        <span className="numbers">{event.confidence}</span> of 100
        <span className={classes.meter} aria-hidden="true">
          <span style={{ width: `${event.confidence}%` }} />
        </span>
      </Fact>
      {event.chance && (
        <Fact name="Chance that it is malicious">
          {percent(event.chance.value)} (between {percent(event.chance.low)} and {percent(event.chance.high)}
          ), learned from verdicts here
        </Fact>
      )}
      <Fact name="False discovery">
        {event.q_value === null || event.q_value === undefined ? (
          "a claim of somebody's, not a test"
        ) : (
          <>
            q = {small(event.q_value)}: of events this strong, about {percent(event.q_value)} are chance
          </>
        )}
      </Fact>
      <Fact name="Records">{event.n_records.toLocaleString("en")}</Fact>
      <Fact name="ATT&CK">
        <Techniques claims={event.techniques} />
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

export function percent(share: number): string {
  if (share > 0 && share < 0.001) return "less than 0.1 %";
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}
