// One detector: its hypothesis in plain words, the shape of its p-values, its parameters, and what it found.

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type Detector, list, one, type PValues } from "../../api/heavy";
import { shareOfChance } from "../../charts/distributions";
import { Histogram } from "../../charts/Histogram";
import { QqPlot } from "../../charts/QqPlot";
import { counted, grouped } from "../../charts/words";
import { words } from "../../parts/labels";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Answer, Empty } from "../../parts/states";
import { Untrusted } from "../../parts/Untrusted";
import { RateShown } from "./Behaviours";
import classes from "./behaviours.module.css";
import { Findings } from "./Findings";

export function Behaviour() {
  const { detector: name = "" } = useParams({ strict: false }) as { detector?: string };
  const query = useQuery(list<Detector>("/detectors"));
  return (
    <Page title={words(name)} note={<Link to="/behaviours">all detectors</Link>}>
      <Answer query={query}>
        {(detectors) => {
          const detector = detectors.find((known) => known.name === name);
          return detector ? <Parts detector={detector} /> : <Empty title="There is no such detector" />;
        }}
      </Answer>
    </Page>
  );
}

function Parts({ detector }: { detector: Detector }) {
  return (
    <div className={classes.stack}>
      <div className={classes.columns}>
        <About detector={detector} />
        <Parameters detector={detector} />
      </div>
      {detector.null_hypothesis && <Shape detector={detector} />}
      <Findings detector={detector} />
    </div>
  );
}

function About({ detector }: { detector: Detector }) {
  return (
    <Panel title="What it looks for" note={`Version ${detector.version}, ${detector.techniques.join(", ")}`}>
      <p>
        <Untrusted text={detector.finds} />
      </p>
      <dl className={classes.facts}>
        {detector.null_hypothesis && (
          <>
            <dt>Nothing is wrong if</dt>
            <dd>
              <Untrusted text={detector.null_hypothesis} />
            </dd>
          </>
        )}
        {detector.innocent.length > 0 && (
          <>
            <dt>Innocent, and alike</dt>
            <dd>
              {detector.innocent.map((reason) => (
                <div key={reason}>
                  <Untrusted text={reason} />
                </div>
              ))}
            </dd>
          </>
        )}
        <dt>False discovery rate</dt>
        <dd>
          <RateShown detector={detector} />
        </dd>
        <dt>Found</dt>
        <dd>
          {counted(detector.n_findings, "finding")}, {grouped(detector.n_raised)} of them in threat events
        </dd>
      </dl>
    </Panel>
  );
}

function Parameters({ detector }: { detector: Detector }) {
  const { parameters } = detector;
  return (
    <Panel title="Parameters" note="Set in margay.toml; what is here is what is in force by itself.">
      {parameters.length === 0 && <p className="soft">It has none.</p>}
      <ul className={classes.parameters}>
        {parameters.map((parameter) => (
          <li key={parameter.name}>
            <span className="mono">{parameter.name}</span>{" "}
            <strong className="numbers">{parameter.value}</strong>
            <div className="soft">{parameter.because}</div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Shape({ detector }: { detector: Detector }) {
  const query = useQuery(one<PValues>(`/detectors/${encodeURIComponent(detector.name)}/p-values`));
  return (
    <Answer query={query} what="Gathering p-values">
      {(answer) =>
        answer.n_tests === null ? (
          <Panel title="p-values of what was found">
            <Histogram title="p-values" of="p-value" bins={answer.bins} summary={FOUND_ONLY} />
          </Panel>
        ) : (
          <AllTests answer={answer} tests={answer.n_tests} />
        )
      }
    </Answer>
  );
}

/** A QQ plot of what was found alone would lie far above the line whatever the detector is worth. */
const FOUND_ONLY =
  "Of findings and leads only: tests that found nothing are not kept, so nothing can be said of their shape.";

function AllTests({ answer, tests }: { answer: PValues; tests: number }) {
  return (
    <div className={classes.halves}>
      <Panel title="All tests">
        <Histogram
          title="p-values"
          of="p-value"
          bins={answer.bins}
          evenly={answer.n / Math.max(1, answer.bins.length)}
          summary={histogramSentence(answer)}
        />
      </Panel>
      <Panel title="The smallest">
        <QqPlot title="Against chance" sorted={answer.sorted} tests={tests} />
      </Panel>
    </div>
  );
}

function histogramSentence(answer: PValues): string {
  const chance = shareOfChance(answer.bins);
  if (chance === null) return "No tests in this time.";
  const n = grouped(answer.n);
  return `${n} p-values. Where nothing is there they lie evenly; by the upper half, about ${Math.round(chance * 100)} % of the tests are of that kind. A heap at the left is what was found.`;
}
