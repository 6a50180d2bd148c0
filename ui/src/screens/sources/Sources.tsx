// What comes in, and how well: each source with its rate, its delay and what could not be read, with the bytes.

import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { list, type Reject, type Source } from "../../api/heavy";
import { grouped, span } from "../../charts/words";
import { words } from "../../parts/labels";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Answer, Empty } from "../../parts/states";
import { type Column, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { name } from "../../sql/text";
import { useParam } from "../../url/state";
import { Incidents } from "./Incidents";
import { Rate } from "./Rate";
import { Rejects } from "./Rejects";
import classes from "./sources.module.css";

export function Sources() {
  const query = useQuery({ ...list<Source>("/sources"), refetchInterval: 60_000 });
  const [tab, setTab] = useParam("tab", "sources");
  return (
    <Page
      title="Sources"
      note="What cannot be seen cannot be found: sources that fell silent, and records that could not be read."
    >
      <Tabs value={tab} onChange={(value) => setTab(value ?? "sources")} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="sources">Sources</Tabs.Tab>
          <Tabs.Tab value="rejects">Rejects</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="sources">
          <Answer query={query}>
            {(sources) =>
              sources.length === 0 ? (
                <Empty title="Nothing has come in yet" command="margay ingest /var/log/zeek">
                  Margay reads Zeek, Suricata, Windows events, cloud logs and more, and knows them by their
                  content.
                </Empty>
              ) : (
                <div className={classes.stack}>
                  <Incidents />
                  <Rate tables={tablesOf(sources)} />
                  <Panel title="What is collected" flush>
                    <Table
                      rows={sources}
                      columns={COLUMNS}
                      keyOf={(source) => `${source.dataset} ${source.name}`}
                      caption="Sources"
                    />
                  </Panel>
                </div>
              )
            }
          </Answer>
        </Tabs.Panel>
        <Tabs.Panel value="rejects">
          <RejectsOf />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

const tablesOf = (sources: readonly Source[]): string[] =>
  [...new Set(sources.flatMap((source) => source.tables))].sort();

function RejectsOf() {
  const query = useQuery(list<Reject>("/quarantine", { limit: 500 }));
  return <Answer query={query}>{(rejects) => <Rejects rejects={rejects} />}</Answer>;
}

/** A source that is silent for longer than this is told as silent; many sources come once an hour. */
const SILENT_SECONDS = 6 * 3600;

const COLUMNS: Column<Source>[] = [
  {
    key: "name",
    head: "Table",
    oneLine: true,
    by: (source) => source.name,
    cell: (source) => (
      <Link to="/hunt" search={{ q: `SELECT *\nFROM ${name(source.name)}\nLIMIT 100` } as never}>
        {words(source.name)}
      </Link>
    ),
  },
  {
    key: "dataset",
    head: "Dataset",
    by: (source) => source.dataset,
    cell: (source) => <Untrusted text={source.dataset} />,
  },
  {
    key: "sources",
    head: "Sources",
    help: "Files and streams that its records came from",
    numeric: true,
    by: (source) => source.n_sources,
    cell: (source) => grouped(source.n_sources),
  },
  {
    key: "rows",
    head: "Records",
    numeric: true,
    by: (source) => source.rows,
    cell: (source) => grouped(source.rows),
  },
  {
    key: "first",
    head: "First",
    oneLine: true,
    by: (source) => source.first,
    cell: (source) => <Time at={source.first} seconds={false} />,
  },
  {
    key: "last",
    head: "Last",
    oneLine: true,
    by: (source) => source.last,
    cell: (source) => <Time at={source.last} seconds={false} />,
  },
  {
    key: "silent",
    head: "Silent for",
    help: "Since the newest record happened",
    numeric: true,
    by: (source) => source.lag_seconds,
    cell: (source) => <Silence seconds={source.lag_seconds} />,
  },
];

function Silence({ seconds }: { seconds: number | null }) {
  if (seconds === null) return <>–</>;
  const isLong = seconds > SILENT_SECONDS;
  return (
    <span className={isLong ? classes.late : undefined}>
      {isLong && "△ "}
      {span(seconds)}
    </span>
  );
}
