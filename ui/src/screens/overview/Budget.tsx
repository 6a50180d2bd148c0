// What detection promises: of the events that each detector raises, at most 5 of 100 are chance; and where that is in doubt.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { get } from "../../api/client";
import type { Detector, Doubt } from "../../api/heavy";
import type { Overview } from "../../api/types";
import { counted } from "../../charts/words";
import { FoundFalse } from "../../parts/FoundFalse";
import { plain } from "../../parts/hostile";
import { WarningIcon } from "../../parts/icons";
import { words } from "../../parts/labels";
import { Panel } from "../../parts/Panel";
import { Answer } from "../../parts/states";
import classes from "./Overview.module.css";

/** The false discovery rate above which nothing is raised. */
const LIMIT = 0.05;
const SHOWN = 10;

export function Budget({ verdicts }: { verdicts: Overview["verdicts"] }) {
  const query = useQuery({
    queryKey: ["detectors"],
    queryFn: ({ signal }) => get<{ items: Detector[] }>("/detectors", {}, signal),
    staleTime: 60_000,
  });
  return (
    <Panel
      title="False discovery budget"
      note="Of what a detector raises, at most 5 of 100 may be chance; what is weaker is a lead"
    >
      <Answer query={query}>
        {({ items }) => {
          const busy = items
            .filter((one) => one.n_raised + one.n_leads > 0)
            .sort((a, b) => b.n_raised - a.n_raised);
          return busy.length === 0 ? (
            <p className="soft">No detector has found anything yet.</p>
          ) : (
            <>
              <Spent lines={busy.slice(0, SHOWN)} />
              <Realised verdicts={verdicts} />
            </>
          );
        }}
      </Answer>
    </Panel>
  );
}

/** The sentences stand on the detector's page. */
function doubtWords(doubts: readonly Doubt[]): string {
  const now = doubts.filter((doubt) => doubt.until === null).length;
  const where = counted(now || doubts.length, "dataset");
  return now > 0 ? `in doubt in ${where}: leads only` : `was in doubt in ${where} until lately`;
}

function Spent({ lines }: { lines: Detector[] }) {
  return (
    <table className={classes.budget}>
      <thead>
        <tr>
          <th scope="col">Detector</th>
          <th scope="col">Raised</th>
          <th scope="col">Of these by chance</th>
          <th scope="col">Found false</th>
          <th scope="col">Leads</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.name}>
            <th scope="row">
              <Link to={`/behaviours/${line.name}` as never}>{words(line.name)}</Link>
            </th>
            <td className="numbers">{line.n_raised.toLocaleString("en")}</td>
            <td>
              {line.doubts.length > 0 ? (
                <span className={classes.doubt}>
                  <WarningIcon size={14} color="var(--warn)" aria-hidden="true" />{" "}
                  <span title={plain(line.doubts[0]?.says ?? "")}>{doubtWords(line.doubts)}</span>
                </span>
              ) : line.rate_is_shown ? (
                <span className="numbers">
                  at most {(line.n_raised * LIMIT).toLocaleString("en", { maximumFractionDigits: 1 })}
                </span>
              ) : (
                <span className="soft">not promised: its findings are leads</span>
              )}
            </td>
            <td className={classes.tight}>
              <FoundFalse judged={line.judged} />
            </td>
            <td className="numbers">{line.n_leads.toLocaleString("en")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What came of the promise, as far as people have looked. */
function Realised({ verdicts }: { verdicts: Overview["verdicts"] }) {
  const { tested, stated } = verdicts;
  return (
    <dl className={classes.realised}>
      <dt>Found false, of events that a test raised</dt>
      <dd>
        <FoundFalse judged={tested} />
      </dd>
      <dt>Of those that rest on claims and rules alone</dt>
      <dd>
        <FoundFalse judged={stated} />
      </dd>
      {tested.n_judged + stated.n_judged > 0 && (
        <dd className="soft">
          With the 95 % interval of Wilson. People judge what looks worst first, not at random: among all
          events the share may be another.
        </dd>
      )}
    </dl>
  );
}
