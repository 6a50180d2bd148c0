// One technique: what was seen of it, who looks, and which log sources its analytics ask for.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type LogSource, type Matrix, one, type Sight, type TechniqueAnswer } from "../../api/heavy";
import { counted, grouped } from "../../charts/words";
import { XIcon } from "../../parts/icons";
import { Answer } from "../../parts/states";
import classes from "./attack.module.css";
import { nLooking } from "./layers";

export function TechniquePane({ id, matrix, onClose }: { id: string; matrix: Matrix; onClose: () => void }) {
  const query = useQuery(one<TechniqueAnswer>(`/attack/techniques/${encodeURIComponent(id)}`));
  const known = matrix.tactics
    .flatMap((tactic) => tactic.techniques)
    .find((technique) => technique.id === id);
  const tactics = matrix.tactics.filter((tactic) =>
    tactic.techniques.some((technique) => technique.id === id),
  );
  return (
    <aside className={classes.pane} aria-label={`Technique ${id}`}>
      <header className={classes.paneHead}>
        <div>
          <span className="mono soft">{id}</span>
          <h2>{known?.name ?? id}</h2>
        </div>
        <Button variant="subtle" color="gray" aria-label="Close" onClick={onClose}>
          <XIcon size={14} />
        </Button>
      </header>
      <p className="soft">{tactics.map((tactic) => tactic.name).join(", ")}</p>
      {known && (
        <ul className={classes.facts}>
          <li>
            <Link to="/events" search={{ f: `technique:${id}` } as never}>
              {counted(known.n_events, "threat event")}
            </Link>
          </li>
          <li>
            <Link to="/rules" search={{ q: id } as never}>
              {counted(known.n_rules, "rule")}
            </Link>
            , {counted(known.detectors.length, "detector")}
            {known.detectors.length > 0 && `: ${known.detectors.join(", ")}`}
          </li>
          <li>
            {known.visibility === null
              ? "MITRE has no analytic for it."
              : `${Math.round(known.visibility * 100)} % of what its best analytic asks for is collected.`}
          </li>
          {nLooking(known) === 0 && (known.visibility ?? 0) > 0 && (
            <li>It could be seen, and nobody looks for it.</li>
          )}
        </ul>
      )}
      <Answer query={query}>{({ technique }) => <Analytics technique={technique} />}</Answer>
    </aside>
  );
}

const STATES: Record<string, string> = {
  flows: "✓ flows",
  stale: "△ has stopped",
  partial: "◑ in part",
  untold: "? not told",
  absent: "✗ not collected",
};

function Analytics({ technique }: { technique: Sight }) {
  const analytics = technique.analytics ?? [];
  if (analytics.length === 0) return <p className="soft">No analytic of MITRE's says what would show it.</p>;
  return (
    <>
      <h3>What would show it</h3>
      {analytics.map((analytic) => (
        <section key={analytic.id} className={classes.analytic}>
          <h4>
            <span className="mono">{analytic.id}</span> {analytic.platforms.join(", ")}
            <span className="soft numbers"> {Math.round(analytic.share * 100)} %</span>
          </h4>
          <ul>
            {analytic.log_sources.map((source) => (
              <Source key={`${source.name} ${source.data_component}`} source={source} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Source({ source }: { source: LogSource }) {
  return (
    <li>
      <span data-state={source.state}>{STATES[source.state] ?? source.state}</span> {source.data_component}{" "}
      <span className="mono soft">{source.name}</span>
      {source.tables.length > 0 && (
        <span className="soft">
          {" "}
          {source.tables.join(", ")}, {grouped(source.records)} records
        </span>
      )}
      {source.missing_events.length > 0 && (
        <span className="soft"> without {source.missing_events.slice(0, 8).join(", ")}</span>
      )}
    </li>
  );
}
