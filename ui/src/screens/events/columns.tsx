// The columns of the list of events: what each shows, how wide it is, and which are shown when nothing was chosen.
import type { ReactNode } from "react";
import type { Row } from "../../api/types";
import { defang, plain } from "../../parts/hostile";
import { Severity, State, Tlp, words } from "../../parts/labels";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import type { EventList } from "./list";

export interface ColumnSpec {
  key: keyof Row;
  title: string;
  /** A CSS grid track. */
  width: string;
  right?: boolean;
  show: (list: EventList, index: number) => ReactNode;
  /** The key of the filter that this column's value goes into. */
  filter?: string;
}

/** Far more than fits a cell; a name of a megabyte must not be laid out. */
const CELL_MAX = 160;

const text = (key: "title" | "target" | "dataset" | "assignee") => (list: EventList, index: number) => (
  <Untrusted text={list.get(index, key) ?? ""} max={CELL_MAX} />
);

export const COLUMNS: ColumnSpec[] = [
  {
    key: "first_seen",
    title: "First seen",
    width: "164px",
    show: (list, i) => <Time at={list.get(i, "first_seen")} />,
  },
  {
    key: "severity",
    title: "Severity",
    width: "88px",
    filter: "severity",
    show: (list, i) => <Severity value={list.get(i, "severity")} />,
  },
  {
    key: "confidence",
    title: "Conf.",
    width: "48px",
    right: true,
    show: (list, i) => list.get(i, "confidence"),
  },
  { key: "title", title: "What", width: "minmax(320px, 4fr)", show: text("title") },
  {
    key: "target",
    title: "Target",
    width: "minmax(96px, 0.8fr)",
    show: (list, i) => <Untrusted text={list.get(i, "target")} max={40} mono />,
  },
  {
    key: "indicator",
    title: "Other side",
    width: "minmax(120px, 1.1fr)",
    show: (list, i) => <Untrusted text={defang(list.get(i, "indicator") ?? "")} max={48} mono />,
  },
  {
    key: "techniques",
    title: "ATT&CK",
    width: "112px",
    filter: "technique",
    show: (list, i) => <Several of={list.get(i, "techniques")} />,
  },
  {
    key: "category",
    title: "Category",
    width: "150px",
    filter: "category",
    show: (list, i) => words(list.get(i, "category")),
  },
  {
    key: "state",
    title: "State",
    width: "112px",
    filter: "state",
    show: (list, i) => <State value={list.get(i, "state")} />,
  },
  {
    key: "assignee",
    title: "Assigned",
    width: "84px",
    filter: "assignee",
    show: (list, i) =>
      list.get(i, "assignee") ? text("assignee")(list, i) : <span className="soft">–</span>,
  },
  {
    key: "tags",
    title: "Tags",
    width: "120px",
    filter: "tag",
    show: (list, i) => <Several of={list.get(i, "tags")} />,
  },
  {
    key: "q_value",
    title: "q",
    width: "72px",
    right: true,
    show: (list, i) => <span className="numbers">{small(list.get(i, "q_value"))}</span>,
  },
  {
    key: "n_records",
    title: "Records",
    width: "76px",
    right: true,
    show: (list, i) => <span className="numbers">{list.get(i, "n_records").toLocaleString("en")}</span>,
  },
  {
    key: "last_seen",
    title: "Last seen",
    width: "164px",
    show: (list, i) => <Time at={list.get(i, "last_seen")} />,
  },
  { key: "tlp", title: "TLP", width: "140px", show: (list, i) => <Tlp value={list.get(i, "tlp")} /> },
  { key: "dataset", title: "Dataset", width: "110px", filter: "dataset", show: text("dataset") },
  {
    key: "id",
    title: "Id",
    width: "92px",
    show: (list, i) => <span className="mono">{shortId(list.id(i))}</span>,
  },
];

const USUAL: (keyof Row)[] = [
  "first_seen",
  "severity",
  "confidence",
  "title",
  "techniques",
  "state",
  "assignee",
];

/** Beside an open event there is room for these. */
const BESIDE: (keyof Row)[] = ["first_seen", "severity", "title", "state", "assignee"];

export const columnsBeside = (shown: ColumnSpec[]) => shown.filter((column) => BESIDE.includes(column.key));

/** The columns that `cols` of the address names, in its order; the usual ones where it names none. */
export function columnsOf(text: string): ColumnSpec[] {
  const names = text ? text.split(",") : USUAL;
  const found = names
    .map((name) => COLUMNS.find((column) => column.key === name))
    .filter((one) => one !== undefined);
  return found.length > 0 ? found : columnsOf("");
}

function Several({ of }: { of: string[] | null }) {
  const [first, ...rest] = of ?? [];
  if (!first) return <span className="soft">–</span>;
  return (
    <span title={plain((of ?? []).join(", "))}>
      <Untrusted text={first} max={24} mono />
      {rest.length > 0 && <span className="soft"> +{rest.length}</span>}
    </span>
  );
}

/** `event--f8112920-...` as people say it. */
export const shortId = (id: string) => id.replace(/^[a-z]+--/, "").slice(0, 8);

/** A probability as it is written: 0.021, 4.5e-4, – where there is none. */
export function small(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (value === 0) return "0";
  return value >= 0.001 ? value.toFixed(3) : value.toExponential(1);
}
