// Which report: of an event, a campaign, a case, or a period. A report is a page that is made to be printed.
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { get } from "../../api/client";
import type { Case, Row } from "../../api/types";
import { PrinterIcon } from "../../parts/icons";
import { Severity } from "../../parts/labels";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Answer } from "../../parts/states";
import { Untrusted } from "../../parts/Untrusted";
import { useRange } from "../../url/range";
import classes from "./reports.module.css";

const SHOWN = 8;

export function Reports() {
  const [range] = useRange();
  const events = useQuery({
    queryKey: ["reports", "events", range.since, range.until],
    queryFn: ({ signal }) =>
      get<{ items: Row[] }>(
        "/events",
        { f: "severity:high", since: range.since, until: range.until, limit: SHOWN },
        signal,
      ),
  });
  const campaigns = useQuery({
    queryKey: ["reports", "campaigns"],
    queryFn: ({ signal }) =>
      get<{ items: { id: string; name: string }[] }>("/campaigns", { limit: SHOWN }, signal),
  });
  const cases = useQuery({
    queryKey: ["cases", "all"],
    queryFn: ({ signal }) => get<{ items: Case[] }>("/cases", { state: "all" }, signal),
  });
  return (
    <Page title="Reports" note="Pages made to be printed, or kept as PDF by the browser's print">
      <div className={classes.choices}>
        <Panel title="A period" note={`What came up: ${range.label}`}>
          <p className="soft">
            Figures, the worst events, techniques and targets of the range of time at the top.
          </p>
          <Button
            component={Link}
            to={"/reports/period/now" as never}
            leftSection={<PrinterIcon size={15} />}
          >
            Report on {range.label.toLowerCase()}
          </Button>
        </Panel>
        <Panel title="An event">
          <ById kind="event" placeholder="f8112920, or the whole id" />
          <Answer query={events}>
            {({ items }) => (
              <ul className={classes.list}>
                {items.map((row) => (
                  <li key={row.id}>
                    <Severity value={row.severity} word={false} />{" "}
                    <Link to={`/reports/event/${row.id}` as never}>
                      <Untrusted text={row.title} max={80} />
                    </Link>
                  </li>
                ))}
                {items.length === 0 && <li className="soft">No severe event in this range of time.</li>}
              </ul>
            )}
          </Answer>
        </Panel>
        <Panel title="A campaign">
          <Answer query={campaigns}>
            {({ items }) => (
              <ul className={classes.list}>
                {items.slice(0, SHOWN).map((one) => (
                  <li key={one.id}>
                    <Link to={`/reports/campaign/${one.id}` as never}>
                      <Untrusted text={one.name} max={60} />
                    </Link>
                  </li>
                ))}
                {items.length === 0 && <li className="soft">No events belong together so far.</li>}
              </ul>
            )}
          </Answer>
        </Panel>
        <Panel title="A case">
          <Answer query={cases}>
            {({ items }) => (
              <ul className={classes.list}>
                {items.slice(0, SHOWN).map((one) => (
                  <li key={one.id}>
                    <Link to={`/reports/case/${one.number}` as never}>
                      {one.number}: <Untrusted text={one.title} max={60} />
                    </Link>
                  </li>
                ))}
                {items.length === 0 && <li className="soft">There is no case.</li>}
              </ul>
            )}
          </Answer>
        </Panel>
      </div>
    </Page>
  );
}

function ById({ kind, placeholder }: { kind: string; placeholder: string }) {
  const [id, setId] = useState("");
  const navigate = useNavigate();
  const submit = (form: FormEvent) => {
    form.preventDefault();
    if (id.trim()) void navigate({ to: `/reports/${kind}/${encodeURIComponent(id.trim())}` as never });
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput
        aria-label={`Id of the ${kind}`}
        placeholder={placeholder}
        value={id}
        onChange={(event) => setId(event.currentTarget.value)}
      />
      <Button type="submit" variant="default">
        Open
      </Button>
    </form>
  );
}
