// Runs one query: streams its answer, tells how far it is, and can be stopped.

import { useCallback, useEffect, useRef, useState } from "react";
import { ask, remove } from "../api/client";
import { Problem } from "../api/problem";
import { Result } from "./result";

const ARROW = "application/vnd.apache.arrow.stream";

export type State = "idle" | "running" | "done" | "stopped" | "failed";

export interface Run {
  state: State;
  sql: string;
  result: Result | null;
  /** Rises with every part that comes in: the result itself is one object that grows. */
  version: number;
  seconds: number;
  problem: Problem | null;
  /** The answer ended at the cap, not at its own end. */
  capped: boolean;
}

export const IDLE: Run = {
  state: "idle",
  sql: "",
  result: null,
  version: 0,
  seconds: 0,
  problem: null,
  capped: false,
};

/** What is drawn of a stream is renewed no faster than this: each time the grid is laid out anew. */
const REDRAW_MS = 120;
const CLOCK_MS = 500;

export function useRun(): {
  run: Run;
  start: (sql: string, limit: number) => Promise<Run>;
  stop: () => void;
} {
  const [run, setRun] = useState<Run>(IDLE);
  const current = useRef<{ abort: AbortController; id: string | null } | null>(null);

  const stop = useCallback(() => {
    const running = current.current;
    running?.abort.abort();
    // The server notices that nobody listens any more; it is told all the same, because a proxy may hide that.
    if (running?.id) void remove(`/sql/${encodeURIComponent(running.id)}`).catch(() => {});
  }, []);

  // Who leaves the screen does not wait for the answer.
  useEffect(() => stop, [stop]);

  const start = useCallback(
    async (sql: string, limit: number) => {
      stop();
      const mine = { abort: new AbortController(), id: null as string | null };
      current.current = mine;
      const began = performance.now();
      const result = new Result();
      const seconds = () => (performance.now() - began) / 1000;
      const told = (change: Partial<Run>): Run => {
        const next: Run = { ...IDLE, sql, result, seconds: seconds(), version: result.n_bytes, ...change };
        if (current.current === mine) setRun(next);
        return next;
      };
      told({ state: "running" });
      // The clock goes on while the server is still thinking.
      const clock = setInterval(() => told({ state: "running" }), CLOCK_MS);
      try {
        const response = await ask("/sql", {
          method: "POST",
          body: { sql, limit },
          accept: ARROW,
          signal: mine.abort.signal,
        });
        mine.id = response.headers.get("x-query-id");
        const most = Math.min(limit, Number(response.headers.get("x-rows-max") ?? limit));
        await read(response, result, () => told({ state: "running" }));
        if (!result.whole) throw cutOff();
        return told({ state: "done", capped: result.n_rows >= most });
      } catch (error) {
        if (mine.abort.signal.aborted) return told({ state: "stopped" });
        return told({ state: "failed", problem: asProblem(error) });
      } finally {
        clearInterval(clock);
        if (current.current === mine) current.current = null;
      }
    },
    [stop],
  );
  return { run, start, stop };
}

async function read(response: Response, result: Result, grown: () => void): Promise<void> {
  const reader = response.body?.getReader();
  let drawn = 0;
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) return;
    if (result.push(part.value) && performance.now() - drawn > REDRAW_MS) {
      drawn = performance.now();
      grown();
    }
  }
}

/** The whole answer to a small query of ours, for charts. */
export async function queried(sql: string, limit: number, signal?: AbortSignal): Promise<Result> {
  const response = await ask("/sql", { method: "POST", body: { sql, limit }, accept: ARROW, signal });
  const result = new Result();
  await read(response, result, () => {});
  if (!result.whole) throw cutOff();
  return result;
}

function cutOff(): Problem {
  return new Problem(
    0,
    "cut_off",
    "The answer broke off",
    "What came before is shown. The server stopped the query: it took too long, grew too large, or failed.",
    "Ask for less: a shorter time, fewer columns, a LIMIT.",
  );
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new Problem(0, "bad_answer", "The answer could not be read", said);
}
