// Ask every table with SQL: write, run, look, chart, keep, take elsewhere.

import { Button, NumberInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { get } from "../../api/client";
import { useMay } from "../../api/session";
import { Editor } from "../../editor/Editor";
import { type SchemaTable, sqlLanguage } from "../../editor/sql";
import { Page } from "../../parts/Page";
import { NoPermission } from "../../parts/states";
import { useRun } from "../../sql/run";
import { countedBy, filtered } from "../../sql/text";
import { useRange } from "../../url/range";
import { useUrl } from "../../url/state";
import { Elsewhere } from "./Elsewhere";
import { faultsOf } from "./faults";
import classes from "./hunt.module.css";
import { Keep } from "./Keep";
import { remembered } from "./memory";
import { Outcome } from "./Outcome";
import { SchemaTree } from "./SchemaTree";
import { windowed } from "./window";

const FIRST = `SELECT date_trunc('hour', observed_at) AS hour, count(*) AS connections, sum(src_bytes) AS sent
FROM connections
GROUP BY hour
ORDER BY hour`;

/** What is asked for at most unless the reader says otherwise; the one limit there is, and it is always seen. */
const LIMIT = 100_000;

export function Hunt() {
  const may = useMay("run_sql");
  if (!may) {
    return (
      <Page title="Hunt">
        <NoPermission what="SQL needs the right “run_sql”. Events, indicators and campaigns are open to you." />
      </Page>
    );
  }
  return <HuntOpen />;
}

function HuntOpen() {
  const [url, change] = useUrl();
  const navigate = useNavigate();
  const [range] = useRange();
  const schema = useQuery({
    queryKey: ["schema"],
    queryFn: ({ signal }) => get<{ tables: SchemaTable[] }>("/schema", {}, signal),
    staleTime: 300_000,
  });
  const tables = schema.data?.tables;
  const language = useMemo(() => sqlLanguage(tables ?? []), [tables]);
  const [sql, setSql] = useState(url.q ?? FIRST);
  const [limit, setLimit] = useState(LIMIT);
  const insert = useRef<(text: string) => void>(() => {});
  const { run, start, stop } = useRun();
  const running = run.state === "running";

  // Back and forward bring their query along.
  useEffect(() => {
    if (url.q !== undefined) setSql(url.q);
  }, [url.q]);

  const execute = useCallback(
    async (text: string) => {
      change({ q: text, tab: undefined });
      const done = await start(windowed(text, range), limit);
      remembered.add({
        sql: text,
        at: Date.now(),
        state: done.state,
        rows: done.result?.n_rows ?? 0,
        seconds: done.seconds,
      });
    },
    [change, start, range, limit],
  );
  const next = (text: string) => {
    setSql(text);
    void execute(text);
  };
  const runNow = () => {
    void execute(sql);
    return true;
  };
  const older = (step: number) => {
    const found = remembered.beside(sql, step);
    if (found !== null) setSql(found);
    return found !== null;
  };
  const faults = useMemo(() => (run.problem ? faultsOf(run.problem, run.sql) : []), [run.problem, run.sql]);

  return (
    <Page
      title="Hunt"
      tab={run.state === "running" ? "running" : undefined}
      note="Every table that you may see, read only. “{{window}}” stands for the time range above."
      fill
      actions={
        <>
          <Keep sql={sql} onTake={setSql} />
          <Elsewhere sql={windowed(sql, range)} />
        </>
      }
    >
      <div className={classes.hunt}>
        <SchemaTree query={schema} onInsert={(text) => insert.current(text)} onAsk={next} />
        <div className={classes.work}>
          <div className={classes.editor}>
            <Editor
              value={sql}
              onChange={setSql}
              label="SQL query. Control and Enter runs it; Escape, then Tab leaves the editor."
              hint="SELECT … FROM …"
              language={language}
              faults={faults}
              onReady={(put) => {
                insert.current = put;
              }}
              keys={[
                { key: "Mod-Enter", run: () => runNow() },
                { key: "Alt-ArrowUp", run: () => older(1) },
                { key: "Alt-ArrowDown", run: () => older(-1) },
              ]}
            />
          </div>
          <div className={classes.bar}>
            {running ? (
              <Button color="red" variant="light" onClick={stop}>
                Stop
              </Button>
            ) : (
              <Button onClick={() => void execute(sql)} aria-keyshortcuts="Control+Enter">
                Run
              </Button>
            )}
            <kbd className={classes.key}>Ctrl ⏎</kbd>
            <NumberInput
              aria-label="Rows at most"
              value={limit}
              onChange={(value) => setLimit(Math.max(1, Number(value) || LIMIT))}
              min={1}
              max={10_000_000}
              step={10_000}
              thousandSeparator=" "
              size="xs"
              w={120}
              suffix=" rows"
            />
          </div>
          <Outcome
            run={run}
            sql={sql}
            onAsk={next}
            pivots={{
              onFilter: (column, value, without) => next(filtered(run.sql, column, value, without)),
              onCount: (column) => next(countedBy(run.sql, column)),
              onLookUp: (value) => void navigate({ to: "/indicators", search: { q: value } as never }),
            }}
          />
        </div>
      </div>
    </Page>
  );
}
