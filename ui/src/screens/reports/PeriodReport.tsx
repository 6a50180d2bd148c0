// A period on paper: figures, the worst events, what they were about.
import { useQuery } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { Overview, Row } from "../../api/types";
import { Bars } from "../../parts/Bars";
import { Answer } from "../../parts/states";
import { Untrusted } from "../../parts/Untrusted";
import { useRange } from "../../url/range";
import { EventTable } from "./EventTable";
import { Paper, Section, strictest } from "./Report";

/** The worst events that a page of paper has room for. */
const WORST = 25;

export function PeriodReport() {
  const [range] = useRange();
  const question = { since: range.since, until: range.until };
  const overview = useQuery({
    queryKey: ["overview", question],
    queryFn: ({ signal }) => get<Overview>("/overview", question, signal),
  });
  const worst = useQuery({
    queryKey: ["reports", "worst", question],
    queryFn: ({ signal }) =>
      get<{ items: Row[] }>("/events", { ...question, f: "severity:high", limit: WORST }, signal),
  });
  return (
    <Answer query={overview}>
      {(answer) => (
        <Answer query={worst}>
          {({ items }) => (
            <Paper
              title={`Threat events: ${range.label.toLowerCase()}`}
              tlp={strictest(items.map((row) => row.tlp))}
            >
              <p>
                {answer.new_events.total.toLocaleString("en")} threat events, of which{" "}
                {answer.new_events.by_severity.critical ?? 0} are critical and{" "}
                {answer.new_events.by_severity.high ?? 0} high. {answer.open_events.toLocaleString("en")} are
                open, {answer.unassigned.toLocaleString("en")} with nobody.
              </p>
              <Bars histogram={answer.events_per_hour} height={90} />
              <Section title={items.length < WORST ? "Severe events" : `The first ${WORST} severe events`}>
                <EventTable rows={items} />
              </Section>
              <Section title="Most often seen">
                <p>
                  Techniques:{" "}
                  {answer.techniques.slice(0, 8).map(({ id, n }) => (
                    <span key={id}>
                      <span className="mono">{id}</span> ({n}){" "}
                    </span>
                  ))}
                </p>
                <p>
                  Targets:{" "}
                  {answer.targets.slice(0, 8).map(({ target, n }) => (
                    <span key={target}>
                      <Untrusted text={target} max={60} mono /> ({n}){" "}
                    </span>
                  ))}
                </p>
              </Section>
            </Paper>
          )}
        </Answer>
      )}
    </Answer>
  );
}
