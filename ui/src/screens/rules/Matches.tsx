// What a rule matched: how many a day, and the records themselves, safe to look at.

import { Link } from "@tanstack/react-router";
import type { Match, Tested } from "../../api/heavy";
import { TimeSeries } from "../../charts/TimeSeries";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { literal, name } from "../../sql/text";
import classes from "./rules.module.css";

const SHOWN_MAX = 50;

export function Matches({ tested }: { tested: Tested }) {
  const days = tested.per_day ?? [];
  return (
    <>
      {days.length > 1 && (
        <TimeSeries
          title="Matches a day"
          what="matches"
          series={{ at: days.map((day) => Date.parse(day.at) / 1000), value: days.map((day) => day.n) }}
          height={120}
        />
      )}
      <ul className={classes.matches}>
        {tested.matches.slice(0, SHOWN_MAX).map((match) => (
          <li key={`${match.table} ${match.record_id}`}>
            <Time at={match.observed_at} />{" "}
            <Link to="/hunt" search={{ q: recordOf(match) } as never} className="mono">
              {match.table}
            </Link>{" "}
            <Untrusted text={match.host} mono />
            {match.raw && (
              <div className={classes.raw}>
                <Untrusted text={match.raw} max={400} mono />
              </div>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

const recordOf = (match: Match) =>
  `SELECT *\nFROM ${name(match.table)}\nWHERE record_id = ${literal(match.record_id)}`;
