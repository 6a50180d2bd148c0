// All tests of a detector: how their p-values lie, the smallest against chance, and how to read both.

import { useQuery } from "@tanstack/react-query";
import { type Detector, one, type PValues } from "../../api/heavy";
import { Histogram } from "../../charts/Histogram";
import { QqPlot } from "../../charts/QqPlot";
import { counted, grouped, rough } from "../../charts/words";
import { Panel } from "../../parts/Panel";
import { Answer } from "../../parts/states";
import { useRange } from "../../url/range";
import classes from "./behaviours.module.css";

export function Tests({ detector }: { detector: Detector }) {
  const [range] = useRange();
  const query = useQuery(
    one<PValues>(`/detectors/${encodeURIComponent(detector.name)}/p-values`, {
      since: range.since,
      until: range.until,
    }),
  );
  return (
    <Answer query={query} what="Gathering p-values">
      {(answer) => (answer.n_tests === 0 ? <NoTests /> : <AllTests answer={answer} />)}
    </Answer>
  );
}

function NoTests() {
  return (
    <Panel title="All tests">
      <p className="soft">
        No test was made in this time: there were no records for it, or nothing yet to hold them against.
      </p>
    </Panel>
  );
}

function AllTests({ answer }: { answer: PValues }) {
  const told = answer.n_tests - answer.n_untold;
  return (
    <>
      <div className={classes.halves}>
        <Panel title="p-values of all tests" note={sizeSentence(answer)}>
          {told > 0 ? (
            <Histogram
              title="p-values"
              of="p-value"
              bins={answer.bins}
              even={answer.even}
              summary={shapeSentence(answer)}
            />
          ) : (
            <p className="soft">{UNTOLD}</p>
          )}
        </Panel>
        <Panel
          title="The smallest, against chance"
          note="On the dashed line p-values are what chance gives; the band holds all points at once in 95 of 100 cases"
        >
          {told > 0 ? (
            <QqPlot title="Against chance" quantiles={answer.quantiles} tests={told} />
          ) : (
            <p className="soft">{UNTOLD}</p>
          )}
        </Panel>
      </div>
      <div className={classes.halves}>
        <Reading answer={answer} />
        <Tails answer={answer} />
      </div>
    </>
  );
}

const UNTOLD =
  "These windows were judged by an earlier version, which kept findings only. margay detect --since judges them again.";

function sizeSentence(answer: PValues): string {
  const of = `${counted(answer.n_tests, "test")} in ${counted(answer.n_windows, "window")}`;
  const untold = answer.n_untold > 0 ? `; ${grouped(answer.n_untold)} of them are not in the plots` : "";
  return `${of}${answer.goes_on ? ", the newest" : ""}${untold}`;
}

const SHAPES: Record<PValues["shape"], string> = {
  too_few: "Too few tests to say anything of their shape.",
  even: "About as many are below one half as above: so it should be.",
  careful: "More are above one half than below: the tests are careful, and promise no more than they keep.",
  leaning:
    "More are below one half than chance explains: either much is there to be found, or the hypothesis does not fit this place.",
};

function shapeSentence(answer: PValues): string {
  const share = answer.null_share;
  const nulls =
    share === null
      ? ""
      : ` In at least about ${Math.floor((1 - share) * 100)} of 100 tests something is there.`;
  return SHAPES[answer.shape] + (share !== null && share < 0.995 ? nulls : "");
}

function Reading({ answer }: { answer: PValues }) {
  return (
    <Panel title="What a healthy histogram looks like">
      <ul className={classes.reading}>
        <li>
          <strong>Flat, with a heap at the left.</strong> Where nothing is wrong, p-values lie evenly from 0
          to 1, within the gray band. What is really there heaps up at the left edge.
        </li>
        <li>
          <strong>A heap at the right is harmless.</strong> Counts are whole numbers, and many hosts show
          nothing at all: their p-values are 1. Such tests promise less than they keep.
        </li>
        <li>
          <strong>A slope from left to right is not.</strong> Then p-values are too small in the middle too:
          the null hypothesis does not describe this place. Margay bets against it day after day, and where it
          wins, what is found stays a lead.
        </li>
        <li>
          <strong>What the bands assume.</strong> Tests that do not depend on each other. Those of one day do
          a little, so a point just outside proves nothing.
        </li>
      </ul>
      <p className="soft">
        {answer.null_share === null
          ? "Below 20 tests the share of those in which nothing is there is not estimated."
          : `Storey's estimate of the share in which nothing is there: ${rough(answer.null_share)}. Careful tests make it too large, never too small.`}
      </p>
    </Panel>
  );
}

function Tails({ answer }: { answer: PValues }) {
  return (
    <Panel
      title="Down to the smallest"
      note="How many p-values are at most so small, and how many chance gives"
    >
      <table className={classes.tail}>
        <thead>
          <tr>
            <th scope="col">At most</th>
            <th scope="col">Tests</th>
            <th scope="col">By chance</th>
          </tr>
        </thead>
        <tbody>
          {answer.tail.map((tail) => (
            <tr key={tail.at_most}>
              <th scope="row" className="numbers">
                {rough(tail.at_most)}
              </th>
              <td className="numbers">{grouped(tail.n)}</td>
              <td className="numbers">{rough(tail.expected)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
