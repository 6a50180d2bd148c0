// The other side as things that can be looked up, shared and blocked; and our own side.
import { Link } from "@tanstack/react-router";
import type { ThreatEvent } from "../../api/types";
import { Indicator } from "../../parts/Indicator";
import { Panel } from "../../parts/Panel";
import classes from "./event.module.css";

const SHOWN = 20;

export function Indicators({ event }: { event: ThreatEvent }) {
  const all = [
    ...event.targets.map((target) => ({ side: "target", kind: target.kind, value: target.value })),
    ...event.indicators.map(([kind, value]) => ({ side: "other side", kind, value })),
  ];
  return (
    <Panel title="Targets and indicators" note="Shown defanged; copied so too, unless Shift is held">
      <table className={classes.things}>
        <tbody>
          {all.slice(0, SHOWN).map(({ side, kind, value }) => (
            <tr key={`${side} ${kind} ${value}`}>
              <td className="soft">{side}</td>
              <td className="soft">{kind}</td>
              <td>
                <Indicator value={value} max={46} />
              </td>
              <td>
                <Link to="/indicators" search={{ q: value } as never}>
                  Look up
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {all.length > SHOWN && <p className="soft">and {all.length - SHOWN} more</p>}
    </Panel>
  );
}
