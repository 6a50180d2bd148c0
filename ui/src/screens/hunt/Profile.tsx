// Each column of the answer in a line: missing, different, range, most frequent.

import { useMemo } from "react";
import { grouped } from "../../charts/words";
import { Untrusted } from "../../parts/Untrusted";
import type { Result } from "../../sql/result";
import classes from "./hunt.module.css";
import { profileOf } from "./profile";

/** More rows take longer than a reader waits; the sentence above the table says that it is a part. */
const ROWS_MAX = 200_000;

export function Profile({ result, version }: { result: Result; version: number }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the result is one object that grows with its version
  const profiles = useMemo(
    () =>
      result.columns.map((column, i) => ({
        column,
        profile: profileOf(result.values(i, ROWS_MAX), column.kind),
      })),
    [result, version],
  );
  const n = Math.min(ROWS_MAX, result.n_rows);
  return (
    <>
      <p className="soft">
        {n < result.n_rows
          ? `The first ${grouped(n)} of ${grouped(result.n_rows)} rows.`
          : `All ${grouped(n)} rows.`}
      </p>
      <table className={classes.profile}>
        <thead>
          <tr>
            {["column", "missing", "different", "least", "greatest", "most frequent"].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {profiles.map(({ column, profile }) => (
            <tr key={column.key}>
              <th scope="row" className="mono">
                <Untrusted text={column.name} />
              </th>
              <td className="numbers">{Math.round((100 * profile.n_missing) / Math.max(1, profile.n))} %</td>
              <td className="numbers">
                {profile.isCapped ? "more than " : ""}
                {grouped(profile.n_different)}
              </td>
              <td className="mono">{profile.least ?? "–"}</td>
              <td className="mono">{profile.greatest ?? "–"}</td>
              <td>
                {profile.most.map(({ text, n: times }) => (
                  <div key={text} className="mono">
                    <Untrusted text={text} max={60} /> <span className="soft">× {grouped(times)}</span>
                  </div>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
