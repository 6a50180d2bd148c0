// One event: what it is, why it was found, what would make it wrong, and what people did about it.
import { Button, Menu } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { download } from "../../api/client";
import { useMay, useSession } from "../../api/session";
import type { EventAnswer, EventChange } from "../../api/types";
import { plain, shorten } from "../../parts/hostile";
import { CaretDownIcon, DownloadSimpleIcon, PrinterIcon } from "../../parts/icons";
import { Severity, State, Tlp, words } from "../../parts/labels";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Answer } from "../../parts/states";
import { Untrusted } from "../../parts/Untrusted";
import { useKeys } from "../../shell/keys";
import { Actions } from "../events/Actions";
import { shortId } from "../events/columns";
import { DoneBar, reasonsOf } from "../events/DoneBar";
import { OpenCase } from "../events/OpenCase";
import { useTriage, VERDICTS, type VerdictKey, verdict } from "../events/triage";
import { eventQuery } from "./api";
import { Diamond } from "./Diamond";
import { Evidence } from "./Evidence";
import classes from "./event.module.css";
import { Facts } from "./Facts";
import { History } from "./History";
import { Indicators } from "./Indicators";
import { KillChain } from "./KillChain";
import { NextSteps } from "./NextSteps";
import { Related } from "./Related";
import { Sentences } from "./Sentences";
import { Why } from "./Why";

export function Event() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(eventQuery(id));
  if (!query.data) {
    return (
      <Page title="Event">
        <Answer query={query}>{() => null}</Answer>
      </Page>
    );
  }
  return <Known key={query.data.event.id} answer={query.data} />;
}

function Known({ answer }: { answer: EventAnswer }) {
  const { event, work, findings } = answer;
  const judging = useJudging(answer);
  const mayWork = useMay("work_on_events");
  const me = useSession()?.person.name ?? null;
  return (
    <Page
      title={plain(shorten(event.title, 220))}
      tab={event.severity}
      note={<Standing answer={answer} />}
      actions={<Files answer={answer} />}
    >
      {mayWork && (
        <div className={classes.actions}>
          <Actions
            n={1}
            onVerdict={judging.judge}
            onChange={judging.act}
            onEscalate={judging.escalate}
            me={me}
          />
        </div>
      )}
      <div className={classes.columns}>
        <div className={classes.story}>
          <Panel title="What happened">
            <p className={classes.narrative}>
              <Untrusted text={event.description} max={2000} />
            </p>
            <p>
              <Severity value={event.severity} /> <Untrusted text={event.severity_because} max={400} />
            </p>
            <KillChain phases={event.phases} />
          </Panel>
          <Why findings={findings} />
          <Panel title="What would make it wrong">
            <Sentences texts={event.unless} />
          </Panel>
          <Evidence id={event.id} />
          <NextSteps steps={event.next_steps} />
        </div>
        <div className={classes.side}>
          <Panel title="In numbers">
            <Facts event={event} />
            <Labels labels={event.labels} tags={work.tags} />
          </Panel>
          <Panel title="Diamond">
            <Diamond diamond={event.diamond} />
          </Panel>
          <Indicators event={event} />
          <Related answer={answer} />
          <History
            id={event.id}
            mayComment={mayWork}
            onComment={(text) => judging.act({ kind: "comment", text }, "a comment")}
          />
        </div>
      </div>
      <div className={classes.done}>
        <DoneBar triage={judging.triage} onReason={judging.because} />
      </div>
      {judging.isEscalating && (
        <OpenCase ids={[event.id]} title={event.title} onClose={judging.stopEscalating} />
      )}
    </Page>
  );
}

/** The same keys as in the list, for this one event. */
function useJudging({ event, work }: EventAnswer) {
  const triage = useTriage();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [isEscalating, setEscalating] = useState(false);
  const mayWork = useMay("work_on_events");
  const me = useSession()?.person.name ?? null;
  const before = new Map([
    [
      event.id,
      {
        state: work.state,
        verdict: work.verdict,
        assignee: work.assignee,
        tags: work.tags,
        n_comments: work.n_comments,
      },
    ],
  ]);
  const act = (change: EventChange, said: string) => {
    if (mayWork) triage.act({ ids: [event.id], change, said, before });
  };
  const judge = (key: VerdictKey) => act(verdict(key), VERDICTS[key].said);
  const because = (reason: string) => {
    const reasons = reasonsOf(triage);
    if (reasons && triage.last) {
      triage.act({
        ids: [event.id],
        change: verdict(reasons.key, reason),
        said: VERDICTS[reasons.key].said,
        before: triage.last.before,
      });
    }
  };
  const digit = (n: number) => () => {
    const reason = reasonsOf(triage)?.reasons[n - 1];
    if (reason) because(reason);
  };
  // What the list has of it is old now.
  useEffect(() => {
    if (triage.patches.size > 0) queries.removeQueries({ queryKey: ["events", {}], exact: false });
  }, [triage.patches, queries]);
  useKeys({
    y: () => judge("y"),
    n: () => judge("n"),
    b: () => judge("b"),
    s: () =>
      act({ kind: "state", to: "triaged", reason: "suspicious, needs more" }, "suspicious, needs more"),
    e: () => setEscalating(mayWork),
    a: () => document.getElementById("assign-events")?.click(),
    A: () => act({ kind: "assign", to: me }, `assigned to ${me ?? "you"}`),
    z: triage.undo,
    "1": digit(1),
    "2": digit(2),
    "3": digit(3),
    "4": digit(4),
    "5": digit(5),
    Escape: () => (triage.last ? triage.dismiss() : void navigate({ to: ".." as never })),
  });
  return {
    triage,
    act,
    judge,
    because,
    isEscalating,
    escalate: () => setEscalating(true),
    stopEscalating: () => setEscalating(false),
  };
}

function Standing({ answer: { event, work, campaign, cases } }: { answer: EventAnswer }) {
  return (
    <span className={classes.standing}>
      <span className="mono">{shortId(event.id)}</span>
      <State value={work.state} />
      <span>{words(event.category)}</span>
      <Tlp value={event.tlp} />
      <span>
        dataset <Untrusted text={event.dataset} max={40} />
      </span>
      <span>assigned to {work.assignee ? <Untrusted text={work.assignee} max={40} /> : "nobody"}</span>
      {campaign && (
        <Link to={`/campaigns/${campaign.id}` as never}>
          campaign <Untrusted text={campaign.name} max={40} />
        </Link>
      )}
      {cases.map((one) => (
        <Link key={one.id} to={`/cases/${one.number}` as never}>
          case {one.number}
        </Link>
      ))}
    </span>
  );
}

function Labels({ labels, tags }: { labels: string[]; tags: string[] }) {
  if (labels.length + tags.length === 0) return null;
  return (
    <div className={classes.chips}>
      {[...labels, ...tags].map((label) => (
        <span key={label} className={classes.label}>
          <Untrusted text={label} max={60} />
        </span>
      ))}
    </div>
  );
}

function Files({ answer: { event } }: { answer: EventAnswer }) {
  const mayExport = useMay("export");
  const [error, setError] = useState("");
  const path = `/events/${encodeURIComponent(event.id)}`;
  const fetchAs = (from: string, name: string) => {
    setError("");
    download(from, name).catch((problem: Error) => setError(problem.message));
  };
  return (
    <>
      {mayExport && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              variant="default"
              leftSection={<DownloadSimpleIcon size={15} />}
              rightSection={<CaretDownIcon size={12} />}
            >
              Export
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => fetchAs(`${path}/stix`, `${shortId(event.id)}.stix.json`)}>
              STIX 2.1 bundle, to share
            </Menu.Item>
            <Menu.Item onClick={() => fetchAs(path, `${shortId(event.id)}.json`)}>
              All that is known, as JSON
            </Menu.Item>
            <Menu.Item onClick={() => fetchAs(`${path}/evidence`, `${shortId(event.id)}.evidence.json`)}>
              Evidence, as JSON
            </Menu.Item>
            {error && <Menu.Label c="red">{error}</Menu.Label>}
          </Menu.Dropdown>
        </Menu>
      )}
      <Button
        variant="default"
        component={Link}
        to={`/reports/event/${event.id}` as never}
        leftSection={<PrinterIcon size={15} />}
      >
        Report
      </Button>
    </>
  );
}
