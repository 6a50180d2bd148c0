// Why it was found: a block a finding, its numbers in plain words, and how far from chance it stands.
import { Link } from "@tanstack/react-router";
import type { Finding } from "../../api/types";
import { words } from "../../parts/labels";
import { Panel } from "../../parts/Panel";
import { Untrusted } from "../../parts/Untrusted";
import { small } from "../events/columns";
import classes from "./event.module.css";
import { explain, odds } from "./statistics";

/** More findings than a person reads; the rest is counted. */
const SHOWN = 12;

export function Why({ findings }: { findings: Finding[] }) {
  const ordered = [...findings].sort(
    (a, b) => (a.p_value ?? 2) - (b.p_value ?? 2) || b.confidence - a.confidence,
  );
  return (
    <Panel
      title="Why it was found"
      note={`${findings.length} ${findings.length === 1 ? "finding" : "findings"}; each is what one detector says of one window of time`}
    >
      {ordered.slice(0, SHOWN).map((finding, index) => (
        <Block key={finding.id} finding={finding} open={index === 0} />
      ))}
      {ordered.length > SHOWN && (
        <p className="soft">and {ordered.length - SHOWN} more findings like these</p>
      )}
    </Panel>
  );
}

/** What is no number cannot be explained, and is not shown. */
const isNumber = (one: Finding["statistics"][number]): one is [string, number] => one[1] !== null;

function Block({ finding, open }: { finding: Finding; open: boolean }) {
  return (
    <details className={classes.finding} open={open}>
      <summary>
        <b>{words(finding.detector)}</b>{" "}
        <span className="soft">
          {finding.p_value === null
            ? `a claim, confidence ${finding.confidence}`
            : `p = ${small(finding.p_value)}, q = ${small(finding.q_value)}`}
        </span>
        <div>
          <Untrusted text={finding.because} max={600} />
        </div>
      </summary>
      {finding.p_value !== null && finding.p_value !== undefined && (
        <Chance p={finding.p_value} q={finding.q_value} hypothesis={finding.null_hypothesis} />
      )}
      {finding.statistics.length > 0 && (
        <table className={classes.statistics}>
          <caption className={classes.unseen}>Statistics of {finding.detector}</caption>
          <tbody>
            {finding.statistics.filter(isNumber).map((statistic) => {
              const { name, value, says } = explain(statistic);
              return (
                <tr key={statistic[0]}>
                  <th scope="row" title={statistic[0]}>
                    {name}
                  </th>
                  <td className="numbers">{value}</td>
                  <td className="soft">{says}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <p className="soft">
        <Link to={`/behaviours/${finding.detector}` as never}>How {words(finding.detector)} judges</Link>,
        version {finding.detector_version}
        {finding.query && (
          <>
            {" · "}
            <Link to="/hunt" search={{ sql: finding.query } as never}>
              its records in SQL
            </Link>
          </>
        )}
      </p>
    </details>
  );
}

/** Powers of ten that the scale shows; what is rarer stands at its end. */
const DECADES = 12;

/** Where p and q stand between certainty and chance, on a scale of powers of ten. */
function Chance({ p, q, hypothesis }: { p: number; q: number | null; hypothesis: string | null }) {
  const place = (value: number) => (Math.min(DECADES, -Math.log10(Math.max(value, 1e-300))) / DECADES) * 100;
  return (
    <figure className={classes.chance}>
      {hypothesis && (
        <p>
          <b>If it were harmless:</b> <Untrusted text={hypothesis} max={400} /> Then chance would do as much{" "}
          <b>{odds(p)}</b>
          {q !== null && q !== undefined && (
            <>; counting all that was looked at, {small(q)} of findings this strong are false</>
          )}
          .
        </p>
      )}
      <svg
        viewBox="0 0 600 44"
        role="img"
        aria-label={`p is ${small(p)}, q is ${small(q)}; below 0.05 counts as a discovery`}
      >
        <line x1="10" x2="590" y1="22" y2="22" className={classes.axis} />
        <rect
          x={10 + place(0.05) * 5.8}
          width={580 - place(0.05) * 5.8}
          y="19"
          height="6"
          className={classes.region}
        />
        {[0, 2, 4, 6, 8, 10, 12].map((decade) => (
          <g key={decade}>
            <line
              x1={10 + (decade / DECADES) * 580}
              x2={10 + (decade / DECADES) * 580}
              y1="19"
              y2="25"
              className={classes.axis}
            />
            <text
              x={10 + (decade / DECADES) * 580}
              y="39"
              textAnchor={decade === 0 ? "start" : decade === 12 ? "end" : "middle"}
            >
              {decade === 0 ? "1: chance" : decade === 12 ? "1e-12" : `1e-${decade}`}
            </text>
          </g>
        ))}
        {q !== null && q !== undefined && (
          <g transform={`translate(${10 + place(q) * 5.8} 22)`}>
            <path d="M0-6 6 0 0 6-6 0Z" className={classes.q} />
            <text y="-9" textAnchor="middle">
              q
            </text>
          </g>
        )}
        <g transform={`translate(${10 + place(p) * 5.8} 22)`}>
          <circle r="5.500" className={classes.p} />
          <text y="-9" textAnchor="middle">
            p
          </text>
        </g>
      </svg>
    </figure>
  );
}
