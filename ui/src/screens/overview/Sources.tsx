// Whether the data is there: a detector is blind where a source is silent.
import { Link } from "@tanstack/react-router";
import type { Overview } from "../../api/types";
import { CheckIcon, WarningIcon } from "../../parts/icons";
import { Panel } from "../../parts/Panel";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./Overview.module.css";

const SHOWN = 6;

export function Sources({ sources }: { sources: Overview["sources"] }) {
  const n = sources.tables.length;
  const silent = sources.tables.filter((source) => source.silent);
  return (
    <Panel
      title="Sources"
      note={`${n.toLocaleString("en")} ${n === 1 ? "table" : "tables"} of telemetry`}
      actions={<Link to="/sources">All of them</Link>}
    >
      {silent.length === 0 ? (
        <p className={classes.health}>
          <CheckIcon size={16} color="var(--good)" /> None is silent.
        </p>
      ) : (
        <ul className={classes.silent}>
          {silent.slice(0, SHOWN).map(({ table, newest }) => (
            <li key={table}>
              <WarningIcon size={16} color="var(--warn)" /> <Untrusted text={table} max={80} mono />{" "}
              <span className="soft">
                is silent since <Time at={newest} seconds={false} />
              </span>
            </li>
          ))}
          {silent.length > SHOWN && <li className="soft">and {silent.length - SHOWN} more</li>}
        </ul>
      )}
    </Panel>
  );
}
