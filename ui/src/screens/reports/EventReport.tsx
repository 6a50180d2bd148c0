// One event on paper.
import { useQuery } from "@tanstack/react-query";
import { useMay } from "../../api/session";
import { Severity, words } from "../../parts/labels";
import { Answer } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { eventQuery, evidenceQuery } from "../event/api";
import { Diamond } from "../event/Diamond";
import { Facts } from "../event/Facts";
import { KillChain } from "../event/KillChain";
import { stepOf } from "../event/NextSteps";
import { Sentences } from "../event/Sentences";
import { Paper, Section } from "./Report";

/** Records on paper: enough to see what it is. */
const RECORDS = 12;

export function EventReport({ id }: { id: string }) {
  const query = useQuery(eventQuery(id));
  const mayRead = useMay("read_telemetry");
  const evidence = useQuery({ ...evidenceQuery(id), enabled: mayRead });
  return (
    <Answer query={query}>
      {({ event, work }) => (
        <Paper title={event.title} tlp={event.tlp}>
          <p>
            <Severity value={event.severity} /> · {words(event.category)} · {words(work.state)}
          </p>
          <p>
            <Untrusted text={event.description} max={2000} />
          </p>
          <p>
            <Untrusted text={event.severity_because} max={400} />
          </p>
          <KillChain phases={event.phases} />
          <Section title="In numbers">
            <Facts event={event} />
          </Section>
          <Section title="Diamond">
            <Diamond diamond={event.diamond} />
          </Section>
          <Section title="Why it was found">
            <Sentences texts={event.because} />
          </Section>
          <Section title="What would make it wrong">
            <Sentences texts={event.unless} />
          </Section>
          <Section title="Indicators">
            <ul>
              {event.indicators.map(([kind, value]) => (
                <li key={`${kind} ${value}`}>
                  {kind} <Untrusted text={value} mono defanged max={120} />
                </li>
              ))}
            </ul>
          </Section>
          <Section title="What to do next">
            <ol>
              {event.next_steps.map((step) => (
                <li key={step}>
                  <Untrusted text={stepOf(step).words} max={400} />
                </li>
              ))}
            </ol>
          </Section>
          {evidence.data && evidence.data.rows.length > 0 && (
            <Section title="First records">
              <table>
                <tbody>
                  {evidence.data.rows.slice(0, RECORDS).map((row) => (
                    <tr key={row.record_id}>
                      <td>
                        <Time at={row.observed_at} />
                      </td>
                      <td className="mono">{row.table}</td>
                      <td>
                        <Untrusted text={row.raw ?? ""} max={160} mono defanged />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Section>
          )}
        </Paper>
      )}
    </Answer>
  );
}
