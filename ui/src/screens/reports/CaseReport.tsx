// One case on paper: for whoever takes it over.
import { useQuery } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { CaseMoment, Case as CaseOf, Row } from "../../api/types";
import { Severity, words } from "../../parts/labels";
import { Answer } from "../../parts/states";
import { Untrusted } from "../../parts/Untrusted";
import { Moments } from "../cases/Case";
import { EventTable } from "./EventTable";
import { Paper, Section, strictest } from "./Report";

export function CaseReport({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ["case", id],
    queryFn: ({ signal }) => get<{ case: CaseOf; events: Row[] }>(`/cases/${id}`, {}, signal),
  });
  const timeline = useQuery({
    queryKey: ["case", id, "timeline"],
    queryFn: ({ signal }) => get<{ items: CaseMoment[] }>(`/cases/${id}/timeline`, {}, signal),
  });
  return (
    <Answer query={query}>
      {({ case: one, events }) => (
        <Paper
          title={`Case ${one.number}: ${one.title}`}
          tlp={strictest([one.tlp, ...events.map((row) => row.tlp)])}
        >
          <p>
            <Severity value={one.severity} /> · owner <Untrusted text={one.owner ?? "nobody"} max={60} />
            {one.closed && <> · closed, {words(one.closed.outcome)}</>}
          </p>
          <p>
            <Untrusted text={one.description} max={4000} lines />
          </p>
          <Section title="Still to do">
            <ul>
              {one.tasks
                .filter((task) => !task.done)
                .map((task) => (
                  <li key={task.number}>
                    <Untrusted text={task.title} max={300} />
                    {task.assignee && (
                      <>
                        {" "}
                        (<Untrusted text={task.assignee} max={40} />)
                      </>
                    )}
                  </li>
                ))}
              {one.requests
                .filter((request) => !request.answer)
                .map((request) => (
                  <li key={`request ${request.number}`}>
                    asked <Untrusted text={request.to} max={40} />:{" "}
                    <Untrusted text={request.question} max={300} />
                  </li>
                ))}
            </ul>
          </Section>
          {events.length > 0 && (
            <Section title="Events">
              <EventTable rows={events} />
            </Section>
          )}
          {timeline.data && (
            <Section title="Timeline">
              <Moments items={timeline.data.items} />
            </Section>
          )}
        </Paper>
      )}
    </Answer>
  );
}
