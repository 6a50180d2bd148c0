// Many values at once: one line for each, a click opens it below.

import type { LookedUp } from "../../api/heavy";
import { Indicator } from "../../parts/Indicator";
import { type Column, Table } from "../../parts/Table";
import { Untrusted } from "../../parts/Untrusted";
import { Score } from "./Found";
import classes from "./indicators.module.css";

interface Props {
  items: readonly LookedUp[];
  chosen: string;
  onPick: (asked: string) => void;
}

export function Several({ items, chosen, onPick }: Props) {
  const best = (item: LookedUp) =>
    item.found.length > 0 ? Math.max(...item.found.map((view) => view.score)) : null;
  const met = (item: LookedUp) => item.found.reduce((n, view) => n + view.n_sightings, 0);
  const labels = (item: LookedUp) => [
    ...new Set(
      item.found.flatMap((view) =>
        view.claims.flatMap((claim) => [claim.malware ?? [], claim.labels].flat()),
      ),
    ),
  ];
  const columns: Column<LookedUp>[] = [
    {
      key: "value",
      head: "Value",
      by: (item) => item.asked,
      cell: (item) => <Indicator value={item.asked} />,
    },
    {
      key: "score",
      head: "Score",
      numeric: true,
      by: best,
      cell: (item) => {
        const score = best(item);
        return score === null ? <span className="soft">unknown</span> : <Score value={score} />;
      },
    },
    { key: "met", head: "Met here", numeric: true, by: met, cell: (item) => met(item) || "–" },
    {
      key: "sources",
      head: "Sources",
      numeric: true,
      by: (item) => item.found.flatMap((view) => view.claims).length,
      cell: (item) =>
        new Set(item.found.flatMap((view) => view.claims.map((claim) => claim.source))).size || "–",
    },
    { key: "labels", head: "Called", cell: (item) => <Untrusted text={labels(item).join(", ")} max={60} /> },
    {
      key: "open",
      head: "More",
      cell: (item) => (
        <button type="button" className={classes.link} onClick={() => onPick(item.asked)}>
          show
        </button>
      ),
    },
  ];
  return (
    <div className={classes.several}>
      <Table
        rows={items}
        columns={columns}
        keyOf={(item) => item.asked}
        caption="Values that were asked for"
        chosen={chosen}
      />
    </div>
  );
}
