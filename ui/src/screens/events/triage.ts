// Judging events with one key, and taking it back with one: what is sent, what is shown at once, what can be undone.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { post } from "../../api/client";
import type { EventChange, EventState, Judgement, Row, WorkResult } from "../../api/types";

/** Events that one request names; more are asked for in several. */
const IDS_AT_ONCE = 500;

export interface Doing {
  ids: string[];
  change: EventChange;
  /** In words, for the line that says what was done. */
  said: string;
  /** What stood there before, by id, so that it can be brought back. */
  before: Map<string, Partial<Row>>;
}

export interface Done extends Doing {
  n: number;
  refused: WorkResult[];
}

export const VERDICTS = {
  y: {
    judgement: "true_positive",
    said: "true positive",
    reasons: [
      "seen in the evidence",
      "confirmed on the host",
      "confirmed by its owner",
      "known malware",
      "part of a known campaign",
    ],
  },
  n: {
    judgement: "false_positive",
    said: "false positive",
    reasons: [
      "a scanner of ours",
      "an internal tool",
      "bad intelligence",
      "an error of the model",
      "not what it says",
    ],
  },
  b: {
    judgement: "benign_true_positive",
    said: "benign",
    reasons: ["a backup", "an approved test", "administration", "its owner knows of it", "a product of ours"],
  },
} as const;

export type VerdictKey = keyof typeof VERDICTS;

/** Given when a verdict was one key and no reason was pressed after it. */
const AT_A_GLANCE = "judged in the list";

export function verdict(key: VerdictKey, reason: string = AT_A_GLANCE): EventChange {
  return { kind: "verdict", judgement: VERDICTS[key].judgement, reason };
}

const STATE_OF: Record<Judgement, EventState> = {
  true_positive: "confirmed",
  false_positive: "false_positive",
  benign_true_positive: "benign_true_positive",
  open: "triaged",
};

/** What a row will say after a change. */
export function patchOf(change: EventChange, row: Pick<Row, "tags" | "n_comments">): Partial<Row> {
  switch (change.kind) {
    case "verdict":
      return { verdict: change.judgement, state: STATE_OF[change.judgement] };
    case "state":
      return { state: change.to };
    case "assign":
      return { assignee: change.to };
    case "tag":
      return { tags: [...new Set([...row.tags, change.tag])] };
    case "untag":
      return { tags: row.tags.filter((tag) => tag !== change.tag) };
    case "comment":
      return { n_comments: row.n_comments + 1 };
  }
}

/** The change that brings back what one event was; an event never becomes new again, so that is "looked at". */
export function undoing(done: Pick<Doing, "change">, before: Partial<Row>): EventChange | null {
  const reason = "taken back";
  switch (done.change.kind) {
    case "verdict":
      return before.verdict && before.verdict !== "open"
        ? { kind: "verdict", judgement: before.verdict, reason }
        : { kind: "verdict", judgement: "open", reason };
    case "state":
      return before.state && before.state !== "new" && before.state !== done.change.to
        ? { kind: "state", to: before.state, reason }
        : null;
    case "assign":
      return { kind: "assign", to: before.assignee ?? null };
    case "tag":
      return before.tags?.includes(done.change.tag) ? null : { kind: "untag", tag: done.change.tag };
    case "untag":
      return { kind: "tag", tag: done.change.tag };
    case "comment":
      return null;
  }
}

async function send(ids: string[], change: EventChange): Promise<WorkResult[]> {
  const results: WorkResult[] = [];
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const some = ids.slice(from, from + IDS_AT_ONCE);
    results.push(...(await post<{ results: WorkResult[] }>("/events/work", { ids: some, change })).results);
  }
  return results;
}

export interface Triage {
  patches: ReadonlyMap<string, Partial<Row>>;
  last: Done | null;
  error: Error | null;
  busy: boolean;
  act: (doing: Doing) => void;
  undo: () => void;
  dismiss: () => void;
}

/** Keeps a stack of what was done in this visit; `z` takes the newest back. */
export function useTriage(): Triage {
  const [patches, setPatches] = useState<ReadonlyMap<string, Partial<Row>>>(new Map());
  const [stack, setStack] = useState<Done[]>([]);
  const [error, setError] = useState<Error | null>(null);
  const [shown, setShown] = useState(true);
  const queries = useQueryClient();

  const patch = useCallback((entries: Iterable<[string, Partial<Row>]>) => {
    setPatches((known) => {
      const next = new Map(known);
      for (const [id, change] of entries) next.set(id, { ...next.get(id), ...change });
      return next;
    });
  }, []);
  const refresh = useCallback(
    (ids: string[]) => {
      void queries.invalidateQueries({ queryKey: ["events", "facets"] });
      void queries.invalidateQueries({ queryKey: ["overview"] });
      for (const id of ids.slice(0, 20)) void queries.invalidateQueries({ queryKey: ["event", id] });
    },
    [queries],
  );

  const work = useMutation({
    mutationFn: ({ ids, change }: Doing) => send(ids, change),
    onMutate: (doing) => {
      setError(null);
      setShown(true);
      const rows = doing.ids.map((id) => [id, doing.before.get(id) ?? {}] as const);
      patch(
        rows.map(([id, row]) => [
          id,
          patchOf(doing.change, { tags: row.tags ?? [], n_comments: row.n_comments ?? 0 }),
        ]),
      );
    },
    onSuccess: (results, doing) => {
      const refused = results.filter((result) => result.result === "refused");
      patch(refused.map((result) => [result.event_id, doing.before.get(result.event_id) ?? {}]));
      setStack((known) => [...known, { ...doing, n: results.length - refused.length, refused }]);
      refresh(doing.ids);
    },
    onError: (problem, doing) => {
      patch(doing.before);
      setError(problem);
    },
  });

  const back = useMutation({
    mutationFn: async (done: Done) => {
      const refused = new Set(done.refused.map((result) => result.event_id));
      const groups = new Map<string, { change: EventChange; ids: string[] }>();
      for (const [id, before] of done.before) {
        const change = refused.has(id) ? null : undoing(done, before);
        if (!change) continue;
        const key = JSON.stringify(change);
        groups.set(key, { change, ids: [...(groups.get(key)?.ids ?? []), id] });
      }
      for (const { change, ids } of groups.values()) {
        await send(ids, change);
        patch(
          ids.map((id) => [
            id,
            {
              ...done.before.get(id),
              ...patchOf(change, { tags: done.before.get(id)?.tags ?? [], n_comments: 0 }),
            },
          ]),
        );
      }
      return done;
    },
    onSuccess: (done) => {
      setStack((known) => known.filter((one) => one !== done));
      refresh(done.ids);
    },
    onError: setError,
  });

  return {
    patches,
    last: shown ? (stack.at(-1) ?? null) : null,
    error,
    busy: work.isPending || back.isPending,
    act: work.mutate,
    undo: () => {
      const newest = stack.at(-1);
      if (newest && !back.isPending) back.mutate(newest);
    },
    dismiss: () => {
      setShown(false);
      setError(null);
    },
  };
}
