// Competing hypotheses: what each item of evidence says for and against each of them, and what hangs on it.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { save } from "../../api/client";
import { type Attribution, campaignPath, one } from "../../api/heavy";
import { faded, inkOn, onRamp } from "../../charts/color";
import { csv } from "../../charts/save";
import { useChartTheme } from "../../charts/theme";
import { Panel } from "../../parts/Panel";
import { Answer } from "../../parts/states";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./campaigns.module.css";
import { signed } from "./Thread";

export function AttributionPanel({ id }: { id: string }) {
  const query = useQuery(one<Attribution>(campaignPath(id, "/attribution")));
  return (
    <Answer query={query} what="Weighing hypotheses">
      {(attribution) => (
        <div className={classes.stack}>
          <Panel title="Verdict" note="Below even odds nobody is named: most techniques are used by most.">
            <p className={classes.verdict}>
              <Untrusted text={attribution.verdict} />
            </p>
            <Hypotheses attribution={attribution} />
          </Panel>
          <Matrix attribution={attribution} />
        </div>
      )}
    </Answer>
  );
}

const percent = (probability: number): string =>
  probability < 0.01 ? "under 1 %" : `${Math.round(probability * 100)} %`;

function Hypotheses({ attribution }: { attribution: Attribution }) {
  return (
    <ol className={classes.hypotheses}>
      {attribution.hypotheses.map((hypothesis) => (
        <li key={hypothesis.group ?? "nobody"}>
          <span className={classes.who}>
            {hypothesis.group ? (
              <Link to="/actors/$id" params={{ id: hypothesis.group }}>
                <Untrusted text={hypothesis.name} />
              </Link>
            ) : (
              <em>{hypothesis.name}</em>
            )}{" "}
            <span className="soft">
              <Untrusted text={hypothesis.aliases.slice(0, 4).join(", ")} />
            </span>
          </span>
          <span className={classes.track}>
            <span style={{ width: `${hypothesis.probability * 100}%` }} />
          </span>
          <span className="numbers">{percent(hypothesis.probability)}</span>
          <span className="soft">{hypothesis.words}</span>
        </li>
      ))}
    </ol>
  );
}

/** Bits beyond which a cell is as strong as it gets. */
const BITS_FULL = 3;

function Matrix({ attribution: { hypotheses, matrix, unused } }: { attribution: Attribution }) {
  const theme = useChartTheme();
  const ground = (bits: number) => {
    const hue = bits >= 0 ? theme.palette[0] : theme.palette[1];
    return onRamp([theme.paper, hue ?? theme.accent], Math.min(1, Math.abs(bits) / BITS_FULL) * 0.75);
  };
  const data = {
    columns: ["evidence", "kind", ...hypotheses.map((one) => one.name), "span", "leads without it"],
    rows: matrix.map((row) => [row.item, row.kind, ...row.bits, row.diagnosticity, row.without[0]]),
  };
  return (
    <Panel
      title="Evidence against hypotheses"
      note="Bits for (+) or against (−) each hypothesis. What sets them apart stands first; what speaks alike for all is no evidence."
      actions={
        <Button variant="default" onClick={() => save("hypotheses.csv", csv(data), "text/csv")}>
          CSV
        </Button>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <section className={classes.scroll} aria-label="Matrix of evidence and hypotheses" tabIndex={0}>
        <table className={classes.ach}>
          <thead>
            <tr>
              <th scope="col">Evidence</th>
              {hypotheses.map((hypothesis) => (
                <th key={hypothesis.group ?? "nobody"} scope="col">
                  <Untrusted text={hypothesis.name} max={24} />
                </th>
              ))}
              <th scope="col">Without it leads</th>
            </tr>
          </thead>
          <tbody>
            {matrix.map((row) => (
              <tr key={`${row.kind} ${row.item}`}>
                <th scope="row">
                  <Untrusted text={row.item} max={40} mono /> <span className="soft">{row.kind}</span>
                </th>
                {row.bits.map((bits, i) => (
                  <td
                    key={hypotheses[i]?.group ?? "nobody"}
                    className="numbers"
                    style={{
                      background: ground(bits),
                      color: inkOn(ground(bits)),
                      borderColor: faded(theme.line, 1),
                    }}
                  >
                    {signed(bits)}
                  </td>
                ))}
                <td className="soft">
                  <Untrusted text={row.without[0]} max={30} /> {percent(row.without[1])}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {unused.length > 0 && (
        <p className="soft">
          Not weighed, because no source knows it: <Untrusted text={unused.join(", ")} />
        </p>
      )}
    </Panel>
  );
}
