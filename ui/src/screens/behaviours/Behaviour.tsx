// One detector: its hypothesis in plain words, the shape of its p-values, its parameters, and what it found.

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type Detector, list } from "../../api/heavy";
import { counted, grouped } from "../../charts/words";
import { FoundFalse } from "../../parts/FoundFalse";
import { words } from "../../parts/labels";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Answer, Empty } from "../../parts/states";
import { Untrusted } from "../../parts/Untrusted";
import { RateShown } from "./Behaviours";
import classes from "./behaviours.module.css";
import { Findings } from "./Findings";
import { Tests } from "./Tests";

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
      {detector.null_hypothesis && <Tests detector={detector} />}
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
        <dt>Found false by people</dt>
        <dd>
          <FoundFalse judged={detector.judged} />
          {detector.judged.n_judged > 0 && (
            <div className="soft">
              Of events that somebody judged, with the 95 % interval of Wilson. Nobody chose them at random,
              so the share among all may be another.
              {detector.judged.n_benign > 0 &&
                ` ${counted(detector.judged.n_benign, "more was", "more were")} what it says, and meant: no false discovery.`}
            </div>
          )}
        </dd>
        <dt>Found</dt>
        <dd>
          {counted(detector.n_findings, "finding")}, {grouped(detector.n_raised)} of them raised, in{" "}
          {counted(detector.n_events, "threat event")}
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
