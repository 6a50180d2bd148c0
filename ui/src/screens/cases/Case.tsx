// One case: what is to do, what was asked, what it rests on, and all that happened, in the order of time.
import { Button, Group, Menu } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { get, post } from "../../api/client";
import { useMay, useSession } from "../../api/session";
import type { CaseMoment, Case as CaseOf, Row } from "../../api/types";
import { plain, shorten } from "../../parts/hostile";
import { CaretDownIcon, PrinterIcon } from "../../parts/icons";
import { Severity, Tlp, words } from "../../parts/labels";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Answer, Failure } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { EventLines } from "../event/Related";
import classes from "./cases.module.css";
import { Note, Requests, Tasks, Things } from "./parts";

export type Change = Record<string, unknown> & { kind: string };

interface CaseAnswer {
  case: CaseOf;
  events: Row[];
}

const OUTCOMES = ["resolved", "benign", "false_positive", "duplicate", "inconclusive"];

export function Case() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({
    queryKey: ["case", id],
    queryFn: ({ signal }) => get<CaseAnswer>(`/cases/${id}`, {}, signal),
  });
  if (!query.data) {
    return (
      <Page title="Case">
        <Answer query={query}>{() => null}</Answer>
      </Page>
    );
  }
  return <Known answer={query.data} name={id} />;
}

function Known({ answer: { case: one, events }, name }: { answer: CaseAnswer; name: string }) {
  const queries = useQueryClient();
  const mayManage = useMay("manage_cases") && !one.closed;
  const work = useMutation({
    mutationFn: (change: Change) => post(`/cases/${name}/work`, { change }),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["case", name] }),
        queries.invalidateQueries({ queryKey: ["cases"] }),
      ]),
  });
  return (
    <Page
      title={`Case ${one.number}: ${plain(shorten(one.title, 160))}`}
      note={<Standing one={one} />}
      actions={<Doing one={one} onChange={work.mutate} mayManage={useMay("manage_cases")} />}
    >
      {work.error && <Failure error={work.error} />}
      {one.description && (
        <p className={classes.description}>
          <Untrusted text={one.description} max={4000} lines />
        </p>
      )}
      <div className={classes.columns}>
        <div className={classes.column}>
          <Tasks tasks={one.tasks} mayManage={mayManage} onChange={work.mutate} />
          <Requests requests={one.requests} mayManage={mayManage} onChange={work.mutate} />
          <Panel title="Events of the case">
            {events.length === 0 ? <p className="soft">None so far.</p> : <EventLines rows={events} />}
          </Panel>
          <Things
            items={one.items.filter((item) => item.kind !== "event")}
            mayManage={mayManage}
            onChange={work.mutate}
          />
        </div>
        <div className={classes.column}>
          <Note onChange={work.mutate} mayWrite={useMay("manage_cases")} />
          <Timeline name={name} version={one.version} />
        </div>
      </div>
    </Page>
  );
}

function Standing({ one }: { one: CaseOf }) {
  return (
    <span className={classes.standing}>
      <Severity value={one.severity} />
      <Tlp value={one.tlp} />
      <span>owner {one.owner ? <Untrusted text={one.owner} max={40} /> : "nobody"}</span>
      <span>
        opened <Time at={one.opened_at} seconds={false} /> by <Untrusted text={one.opened_by} max={40} />
      </span>
      {one.due_at && (
        <span>
          due <Time at={one.due_at} seconds={false} />
        </span>
      )}
      {one.closed && (
        <b>
          closed, {words(one.closed.outcome)}: <Untrusted text={one.closed.reason} max={160} />
        </b>
      )}
    </span>
  );
}

function Doing({
  one,
  onChange,
  mayManage,
}: {
  one: CaseOf;
  onChange: (change: Change) => void;
  mayManage: boolean;
}) {
  const me = useSession()?.person.name;
  return (
    <Group gap={6}>
      {mayManage && !one.closed && one.owner !== me && (
        <Button variant="default" onClick={() => onChange({ kind: "owner", to: me })}>
          Take it
        </Button>
      )}
      {mayManage && !one.closed && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" rightSection={<CaretDownIcon size={12} />}>
              Close as
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {OUTCOMES.map((outcome) => (
              <Menu.Item
                key={outcome}
                onClick={() => onChange({ kind: "close", outcome, reason: words(outcome), anyway: true })}
              >
                {words(outcome)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {mayManage && one.closed && (
        <Button variant="default" onClick={() => onChange({ kind: "reopen", reason: "there is more to do" })}>
          Reopen
        </Button>
      )}
      <Button
        variant="default"
        component={Link}
        to={`/reports/case/${one.number}` as never}
        leftSection={<PrinterIcon size={15} />}
      >
        Report
      </Button>
    </Group>
  );
}

function Timeline({ name, version }: { name: string; version: number }) {
  const query = useQuery({
    queryKey: ["case", name, "timeline", version],
    queryFn: ({ signal }) => get<{ items: CaseMoment[] }>(`/cases/${name}/timeline`, {}, signal),
  });
  return (
    <Panel title="Timeline" note="What happened, and what was done about it">
      <Answer query={query}>{({ items }) => <Moments items={items} />}</Answer>
    </Panel>
  );
}

export function Moments({ items }: { items: CaseMoment[] }) {
  return (
    <ol className={classes.timeline}>
      {items.map((moment, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: moments have no other name
        <li key={index} data-kind={moment.kind}>
          <div className="soft">
            <Time at={moment.at} /> {moment.by && <Untrusted text={moment.by} max={40} />}
          </div>
          <Untrusted text={moment.what} max={1000} lines />
        </li>
      ))}
    </ol>
  );
}
