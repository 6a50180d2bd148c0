// What is wrong with the data itself: sources that fell silent, days of another size, jumps in rejects.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Incidents as Answered, type Incident, one } from "../../api/heavy";
import { counted, rough } from "../../charts/words";
import { CheckIcon } from "../../parts/icons";
import { words } from "../../parts/labels";
import { Panel } from "../../parts/Panel";
import { Answer } from "../../parts/states";
import { type Column, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./sources.module.css";

const KINDS: Record<Incident["kind"], string> = {
  silent: "Silent",
  rejects: "More rejects",
  fewer: "Fewer records",
  more: "More records",
};

export function Incidents() {
  const query = useQuery({ ...one<Answered>("/sources/incidents"), staleTime: 300_000 });
  return (
    <Panel
      title="Data incidents"
      note="In the four weeks before the newest record, each source by its own habit. Of the days that are told, at most 5 of 100 are chance."
      flush={(query.data?.items.length ?? 0) > 0}
    >
      <Answer query={query} what="Comparing days">
        {(answer) =>
          answer.items.length === 0 ? (
            <None answer={answer} />
          ) : (
            <Table
              rows={answer.items}
              columns={COLUMNS}
              keyOf={(item) => `${item.kind} ${item.table} ${item.dataset} ${item.since}`}
              caption="Data incidents"
            />
          )
        }
      </Answer>
    </Panel>
  );
}

function None({ answer }: { answer: Answered }) {
  const known = answer.n_sources - answer.n_young;
  return (
    <p className={classes.fine}>
      {known > 0 && <CheckIcon size={16} color="var(--good)" aria-hidden="true" />}{" "}
      {known > 0 ? `Nothing unusual in ${counted(known, "source")}. ` : ""}
      {answer.n_young > 0 && (
        <span className="soft">
          {counted(answer.n_young, "source has", "sources have")} less than eight whole days of records:
          nothing is usual there yet.
        </span>
      )}
    </p>
  );
}

const COLUMNS: Column<Incident>[] = [
  {
    key: "kind",
    head: "What",
    oneLine: true,
    by: (item) => item.kind,
    cell: (item) => <span className={classes.late}>△ {KINDS[item.kind]}</span>,
  },
  {
    key: "table",
    head: "Table",
    oneLine: true,
    by: (item) => item.table,
    cell: (item) =>
      item.kind === "rejects" ? (
        <Link to="/sources" search={{ tab: "rejects" } as never}>
          {words(item.table)}
        </Link>
      ) : (
        <Link to="/sources" search={{ table: item.table } as never}>
          {words(item.table)}
        </Link>
      ),
  },
  {
    key: "dataset",
    head: "Dataset",
    by: (item) => item.dataset,
    cell: (item) => <Untrusted text={item.dataset} max={40} />,
  },
  {
    key: "since",
    head: "Since",
    oneLine: true,
    by: (item) => item.since,
    cell: (item) => <Time at={item.since} seconds={false} />,
  },
  { key: "says", head: "In words", cell: (item) => <Untrusted text={item.says} max={240} /> },
  {
    key: "p",
    head: "p",
    help: "How likely this is, or more, if all is as ever",
    numeric: true,
    by: (item) => item.p_value,
    cell: (item) => rough(item.p_value),
  },
];
