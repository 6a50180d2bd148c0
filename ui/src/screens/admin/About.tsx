// What this is, which version, and where to read on.
import { useSession } from "../../api/session";
import { Panel } from "../../parts/Panel";
import { Mark } from "../../theme/Mark";
import classes from "./admin.module.css";

const OTHERS = [
  ["React, Mantine, TanStack, ECharts, uPlot, Sigma, CodeMirror, D3", "MIT, BSD, ISC and Apache licenses"],
  ["Inter, JetBrains Mono", "SIL Open Font License"],
  ["Phosphor icons", "MIT license"],
  [
    "Natural Earth, by world-atlas",
    "public domain; borders are drawn as there, and are nobody's statement here",
  ],
];

export function About() {
  const version = useSession()?.version ?? "";
  return (
    <div className={classes.cards}>
      <Panel title="Margay">
        <div className={classes.about}>
          <Mark size={56} />
          <div>
            <p>
              Version <span className="mono">{version}</span>. Raw telemetry in, threat events out:
              classified, statistically defensible, linked to their evidence.
            </p>
            <p>
              The <a href="/api/v1/openapi.json">description of the API</a> is what this page uses as well; a
              key opens it to programs.
            </p>
            <p className="soft">
              This page loads nothing from elsewhere, keeps no count of what you do, and asks nobody for
              updates.
            </p>
          </div>
        </div>
      </Panel>
      <Panel title="Built on" note="The page; the program's own list is in its repository">
        <dl className={classes.others}>
          {OTHERS.map(([what, license]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd className="soft">{license}</dd>
            </div>
          ))}
        </dl>
      </Panel>
    </div>
  );
}
