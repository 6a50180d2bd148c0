// What detection promises: of the events that each detector raises, at most this share is chance.
import { Link } from "@tanstack/react-router";
import type { Overview } from "../../api/types";
import { words } from "../../parts/labels";
import { Panel } from "../../parts/Panel";
import { percent } from "../event/Facts";
import classes from "./Overview.module.css";

/** Detection raises nothing whose false discovery rate is above it. */
const LIMIT = 0.05;

export function Budget({ lines }: { lines: NonNullable<Overview["budget"]> }) {
  return (
    <Panel
      title="False discovery budget"
      note="Of what a detector raises, at most 5 of 100 may be chance; the tick is that limit"
    >
      {lines.length === 0 && <p className="soft">No detector has judged anything yet.</p>}
      <table className={classes.budget}>
        {lines.length > 0 && (
          <thead>
            <tr>
              <th scope="col">Detector</th>
              <th scope="col">Raised</th>
              <th scope="col">Leads</th>
              <th scope="col">Expected share of chance</th>
            </tr>
          </thead>
        )}
        <tbody>
          {lines.map((line) => (
            <tr key={line.detector}>
              <th scope="row">
                <Link to={`/behaviours/${line.detector}` as never}>{words(line.detector)}</Link>
              </th>
              <td className="numbers">{line.raised.toLocaleString("en")}</td>
              <td className="numbers">{line.leads.toLocaleString("en")}</td>
              <td>
                {line.rate === null ? (
                  <span className="soft">claims, not tests</span>
                ) : (
                  <span className={classes.rate}>
                    <span className={classes.gauge} aria-hidden="true">
                      <span
                        data-over={line.rate > LIMIT || undefined}
                        style={{ width: `${Math.min(1, line.rate / (2 * LIMIT)) * 100}%` }}
                      />
                    </span>
                    <span className="numbers">{percent(line.rate)}</span>
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
