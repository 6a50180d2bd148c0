// A short list of what is most often seen; each line leads to its events.
import { Link } from "@tanstack/react-router";
import { Panel } from "../../parts/Panel";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./Overview.module.css";

interface Line {
  text: string;
  n: number;
  /** The filter that shows these events. */
  f: string;
}

const SHOWN = 8;

export function Leaders({ title, note, lines }: { title: string; note: string; lines: Line[] }) {
  const most = Math.max(1, ...lines.map((line) => line.n));
  return (
    <Panel title={title} note={note}>
      {lines.length === 0 && <p className="soft">Nothing in this range of time.</p>}
      <ol className={classes.leaders}>
        {lines.slice(0, SHOWN).map((line) => (
          <li key={line.text}>
            <Link to="/events" search={{ f: line.f } as never} className={classes.leader}>
              <span
                className={classes.bar}
                style={{ width: `${(line.n / most) * 100}%` }}
                aria-hidden="true"
              />
              <span className={classes.leaderName}>
                <Untrusted text={line.text} max={44} mono />
              </span>
              <span className={classes.leaderCount}>{line.n.toLocaleString("en")}</span>
            </Link>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
