// What has changed: new events over time, what they are about, and whether the system itself is well.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { get } from "../../api/client";
import { useLive } from "../../api/live";
import { useMay } from "../../api/session";
import type { Overview as Answered } from "../../api/types";
import { Bars } from "../../parts/Bars";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Answer, Empty } from "../../parts/states";
import { Tour } from "../../shell/Tour";
import { rangeText, useRange } from "../../url/range";
import { formatTime, useZone, zoneName } from "../../url/zone";
import { word } from "../events/filter";
import { Budget } from "./Budget";
import { Leaders } from "./Leaders";
import { Movers } from "./Movers";
import classes from "./Overview.module.css";
import { Sources } from "./Sources";

export function Overview() {
  const [range] = useRange();
  const { nNew } = useLive();
  const question = { since: range.since, until: range.until };
  const query = useQuery({
    // What the stream has told makes the figures old.
    queryKey: ["overview", question, nNew],
    queryFn: ({ signal }) => get<Answered>("/overview", question, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title="Overview" note={query.data ? <Since answer={query.data} /> : null} actions={<Tour />}>
      <Answer query={query}>{(answer) => (answer.empty ? <Beginning /> : <Known answer={answer} />)}</Answer>
    </Page>
  );
}

function Since({ answer }: { answer: Answered }) {
  const [zone] = useZone();
  if (!answer.since)
    return (
      <>
        All that there is, up to {formatTime(answer.until ?? answer.now, zone, false)} {zoneName(zone)}
      </>
    );
  return (
    <>
      {formatTime(answer.since, zone, false)} to {formatTime(answer.until ?? answer.now, zone, false)}{" "}
      {zoneName(zone)}
    </>
  );
}

function Known({ answer }: { answer: Answered }) {
  const navigate = useNavigate();
  const { by_severity } = answer.new_events;
  const choose = (since: number, until: number) =>
    void navigate({ to: "/events", search: { t: rangeText(new Date(since), new Date(until)) } as never });
  return (
    <div className={classes.page}>
      <div className={classes.tiles}>
        <Tile name="threat events" value={answer.new_events.total} to="/events" />
        <Tile
          name="critical"
          value={by_severity.critical ?? 0}
          to="/events"
          f="severity:critical"
          severity="critical"
        />
        <Tile name="high" value={by_severity.high ?? 0} to="/events" f="severity:=high" severity="high" />
        <Tile name="open" value={answer.open_events} to="/events" f="state:new" />
        <Tile name="with nobody" value={answer.unassigned} to="/events" f="assignee:none" />
        {answer.lake && (
          <Tile name="records" value={answer.lake.rows} to="/sources" note={bytes(answer.lake.bytes)} />
        )}
      </div>
      <Panel
        title="Threat events over time"
        note={`By when they began, stacked by severity, the least severe at the bottom${answer.events_per_hour.expected?.some((band) => band !== null) ? "" : ". What is to be expected is shown once a week was observed"}`}
      >
        {answer.events_per_hour.bars.length > 0 ? (
          <Bars histogram={answer.events_per_hour} height={150} onChoose={choose} />
        ) : (
          <p className="soft">No threat event lies in this range of time.</p>
        )}
      </Panel>
      <div className={classes.three}>
        <Leaders
          title="Techniques"
          note="ATT&CK techniques most often seen"
          lines={answer.techniques.map(({ id, n }) => ({
            text: id,
            n,
            f: word("technique", id),
          }))}
        />
        <Leaders
          title="Targets"
          note="Hosts and accounts that most events are about"
          lines={answer.targets.map(({ target, n }) => ({ text: target, n, f: word("", target) }))}
        />
        <Movers campaigns={answer.campaigns} />
      </div>
      <div className={classes.two}>
        {useMay("read_rules") && <Budget verdicts={answer.verdicts} />}
        <Sources sources={answer.sources} />
      </div>
    </div>
  );
}

interface TileProps {
  name: string;
  value: number;
  to: string;
  f?: string;
  severity?: string;
  note?: ReactNode;
}

function Tile({ name, value, to, f, severity, note }: TileProps) {
  return (
    <Link to={to} search={{ f } as never} className={classes.tile} data-severity={severity}>
      <span className={classes.value}>{compact(value)}</span>
      <span className={classes.name}>
        {name} {note && <span>· {note}</span>}
      </span>
    </Link>
  );
}

const compact = (n: number) =>
  n < 100_000
    ? n.toLocaleString("en")
    : new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(n);

export function bytes(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const step = n < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(n) / 3));
  return `${(n / 1000 ** step).toLocaleString("en", { maximumSignificantDigits: 3 })} ${units[step]}`;
}

function Beginning() {
  return (
    <Empty title="The lake is empty" command="margay ingest /var/log/zeek && margay detect">
      <p>
        Margay reads logs of many kinds: Zeek, Suricata, Windows event logs, AWS, Azure, Cloudflare, syslog
        and more. <span className="mono">margay formats</span> lists them all.
      </p>
      <p>
        To look around first, <span className="mono">margay demo</span> makes a day of an invented
        organization with attacks in it.
      </p>
    </Empty>
  );
}
