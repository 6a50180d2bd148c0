// What came of a query: rows, a chart of them, a profile of each column, the plan, and what was asked before.

import { Button, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { post, save } from "../../api/client";
import { csv } from "../../charts/save";
import { bytes, counted, grouped, span } from "../../charts/words";
import { Answer, Empty, Failure, Loading } from "../../parts/states";
import { type Pivots, ResultGrid } from "../../sql/Grid";
import { shown } from "../../sql/result";
import type { Run } from "../../sql/run";
import { useParam } from "../../url/state";
import { History } from "./History";
import classes from "./hunt.module.css";
import { Profile } from "./Profile";

/** Charts weigh more than all the rest of the screen, and most queries are read as rows. */
const ResultChart = lazy(async () => ({ default: (await import("./ResultChart")).ResultChart }));

interface Props {
  run: Run;
  sql: string;
  onAsk: (sql: string) => void;
  pivots: Pivots;
}

export function Outcome({ run, sql, onAsk, pivots }: Props) {
  const [tab, setTab] = useParam("tab", "rows");
  const { result } = run;
  return (
    <Tabs
      value={tab}
      onChange={(value) => setTab(value ?? "rows", { replace: true })}
      className={classes.outcome}
      keepMounted={false}
    >
      <div className={classes.tabs}>
        <Tabs.List>
          <Tabs.Tab value="rows">Rows</Tabs.Tab>
          <Tabs.Tab value="chart">Chart</Tabs.Tab>
          <Tabs.Tab value="columns">Columns</Tabs.Tab>
          <Tabs.Tab value="plan">Plan</Tabs.Tab>
          <Tabs.Tab value="history">History</Tabs.Tab>
        </Tabs.List>
        <Status run={run} />
        {result && result.n_rows > 0 && (
          <Button variant="default" onClick={() => save("hunt.csv", resultCsv(run), "text/csv")}>
            CSV
          </Button>
        )}
      </div>
      <div className={classes.panel}>
        {run.problem && tab !== "history" && <Failure error={run.problem} />}
        <Tabs.Panel value="rows" className={classes.rows}>
          {result && result.columns.length > 0 ? (
            <ResultGrid result={result} version={run.version} label="Rows of the answer" {...pivots} />
          ) : (
            run.state === "idle" && <Empty title="Ask something">Control and Enter runs the query.</Empty>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="chart">
          {result && result.n_rows > 0 ? (
            <Suspense fallback={<Loading />}>
              <ResultChart result={result} version={run.version} />
            </Suspense>
          ) : (
            <Empty title="No rows to draw" />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="columns">
          {result && result.n_rows > 0 ? (
            <Profile result={result} version={run.version} />
          ) : (
            <Empty title="No rows to describe" />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="plan">
          <Plan sql={sql} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <History onAsk={onAsk} />
        </Tabs.Panel>
      </div>
    </Tabs>
  );
}

/** Counts never lie: a capped or broken answer says so where its number stands. */
function Status({ run: { state, result, seconds, capped } }: { run: Run }) {
  const rows = counted(result?.n_rows ?? 0, "row");
  const size = `${bytes(result?.n_bytes ?? 0)}, ${span(seconds)}`;
  const words: Record<Run["state"], string> = {
    idle: "",
    running: `${rows} so far · ${size}`,
    done: capped ? `the first ${rows}, there are more · ${size}` : `${rows} · ${size}`,
    stopped: `stopped: the first ${rows} · ${size}`,
    failed:
      result && result.n_rows > 0 ? `failed: the first ${rows} · ${size}` : `failed after ${span(seconds)}`,
  };
  return (
    <span className={classes.status} role="status">
      {words[state]}
    </span>
  );
}

/** The file is made in the browser, of what is shown: the same rows, no second query. */
function resultCsv({ result }: Run): string {
  if (!result) return "";
  const { columns, n_rows } = result;
  const rows = Array.from({ length: n_rows }, (_, row) =>
    columns.map((column, i) => {
      const value = result.value(row, i);
      return value === null || value === undefined ? null : shown(value, column.kind);
    }),
  );
  return csv({ columns: columns.map((column) => column.name), rows });
}

function Plan({ sql }: { sql: string }) {
  const plan = useQuery({
    queryKey: ["sql", "plan", sql],
    queryFn: ({ signal }) => post<{ plan: string }>("/sql/explain", { sql }, signal),
    retry: false,
    staleTime: 60_000,
  });
  return (
    <Answer query={plan} what="Planning">
      {(answer) => (
        <>
          <p className="soft">
            How the query would be run, from the last step to the first;{" "}
            {grouped(answer.plan.split("\n").length)} lines.
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
          <pre className={classes.plan} tabIndex={0}>
            {answer.plan}
          </pre>
        </>
      )}
    </Answer>
  );
}
