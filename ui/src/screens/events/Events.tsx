// Threat events: find, slice, judge. The list is the screen; everything else serves it.
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState } from "react";
import { get } from "../../api/client";
import { seen, useLive } from "../../api/live";
import { Problem } from "../../api/problem";
import { useMay, useSession } from "../../api/session";
import type { Facets as FacetsAnswer, Row } from "../../api/types";
import { Bars } from "../../parts/Bars";
import { Page } from "../../parts/Page";
import { Empty, Failure, Loading } from "../../parts/states";
import { useKeys } from "../../shell/keys";
import { rangeText, useRange } from "../../url/range";
import { useParam } from "../../url/state";
import { Actions } from "./Actions";
import { columnsBeside, columnsOf, shortId } from "./columns";
import { DoneBar, reasonsOf } from "./DoneBar";
import classes from "./Events.module.css";
import { Facets } from "./Facets";
import { FilterBar } from "./FilterBar";
import { Grid } from "./Grid";
import { useEventList } from "./list";
import { OpenCase } from "./OpenCase";
import { Peek } from "./Peek";
import { type CellMenu, PivotMenu } from "./PivotMenu";
import { useTriage, VERDICTS, type VerdictKey, verdict } from "./triage";
import { Views } from "./Views";

/** Rows that `J` and `K` move by. */
const STRIDE = 20;

export function Events() {
  const [f, setF] = useParam("f");
  const [sel, setSel] = useParam("sel");
  const [cols, setCols] = useParam("cols");
  const [range, setRange] = useRange();
  const question = useMemo(
    () => ({ f, since: range.since, until: range.until }),
    [f, range.since, range.until],
  );
  const triage = useTriage();
  const { query, list } = useEventList(question, triage.patches);
  const facets = useQuery({
    queryKey: ["events", "facets", question],
    queryFn: ({ signal }) => get<FacetsAnswer>("/events/facets", { ...question }, signal),
    placeholderData: keepPreviousData,
    enabled: !query.isError,
  });
  const [cursor, setCursor] = useState(-1);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [anchor, setAnchor] = useState(0);
  const [menu, setMenu] = useState<CellMenu | null>(null);
  const [escalating, setEscalating] = useState<string[] | null>(null);
  const filterInput = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const mayWork = useMay("work_on_events");
  const mayCases = useMay("manage_cases");
  const me = useSession()?.person.name ?? null;
  const total = Math.max(facets.data?.total ?? 0, list.n);
  const columns = useMemo(() => {
    const chosen = columnsOf(cols);
    const beside = columnsBeside(chosen);
    return sel && beside.length > 0 ? beside : chosen;
  }, [cols, sel]);

  const setFilter = useCallback(
    (text: string) => {
      setF(text);
      setCursor(-1);
      setSelected(new Set());
    },
    [setF],
  );
  const move = useCallback((to: number) => setCursor(Math.max(0, Math.min(list.n - 1, to))), [list.n]);
  const moveAnd = (to: number) => {
    const next = Math.max(0, Math.min(list.n - 1, to));
    setCursor(next);
    if (sel) setSel(list.id(next), { replace: true });
  };
  const peek = useCallback(
    (index: number) => setSel(list.id(index), { replace: sel !== "" }),
    [list, sel, setSel],
  );
  const openWhole = (index: number) => void navigate({ to: `/events/${list.id(index)}` as never });
  const select = useCallback(
    (index: number, isRange: boolean) => {
      const next = new Set(selected);
      const [low, high] = isRange ? [Math.min(anchor, index), Math.max(anchor, index)] : [index, index];
      for (let i = low; i <= high; i += 1) {
        const id = list.id(i);
        if (!isRange && next.has(id)) next.delete(id);
        else next.add(id);
      }
      setSelected(next);
      setAnchor(index);
    },
    [anchor, list, selected],
  );

  /** What an action is about: the selected events, or the one under the cursor. */
  const meant = (): string[] => (selected.size > 0 ? [...selected] : cursor >= 0 ? [list.id(cursor)] : []);
  const rowsOf = (ids: string[]): Map<string, Partial<Row>> => {
    const wanted = new Set(ids);
    const found = new Map<string, Partial<Row>>();
    for (let index = 0; index < list.n && found.size < wanted.size; index += 1) {
      const id = list.id(index);
      if (!wanted.has(id)) continue;
      found.set(id, {
        state: list.get(index, "state"),
        verdict: list.get(index, "verdict"),
        assignee: list.get(index, "assignee"),
        tags: list.get(index, "tags") ?? [],
        n_comments: list.get(index, "n_comments"),
      });
    }
    return found;
  };
  const act = (change: Parameters<typeof triage.act>[0]["change"], said: string, goOn = false) => {
    const ids = meant();
    if (!mayWork || ids.length === 0) return;
    triage.act({ ids, change, said, before: rowsOf(ids) });
    if (goOn && selected.size === 0) moveAnd(cursor + 1);
    if (selected.size > 0) setSelected(new Set());
  };
  const judge = (key: VerdictKey) => act(verdict(key), VERDICTS[key].said, true);
  const because = (reason: string) => {
    const reasons = reasonsOf(triage);
    if (!reasons || !triage.last) return;
    triage.act({
      ids: triage.last.ids,
      change: verdict(reasons.key, reason),
      said: VERDICTS[reasons.key].said,
      before: triage.last.before,
    });
  };
  const digit = (n: number) => () => {
    const reason = reasonsOf(triage)?.reasons[n - 1];
    if (reason) because(reason);
  };
  const escalate = () => {
    const ids = meant();
    if (mayCases && ids.length > 0) setEscalating(ids);
  };

  useKeys({
    "/": () => filterInput.current?.focus(),
    j: () => moveAnd(cursor + 1),
    ArrowDown: () => moveAnd(cursor + 1),
    k: () => moveAnd(cursor - 1),
    ArrowUp: () => moveAnd(cursor - 1),
    J: () => moveAnd(cursor + STRIDE),
    K: () => moveAnd(cursor - STRIDE),
    Home: () => moveAnd(0),
    End: () => moveAnd(list.n - 1),
    Enter: () => cursor >= 0 && (sel === list.id(cursor) ? openWhole(cursor) : peek(cursor)),
    o: () => cursor >= 0 && openWhole(cursor),
    Escape: () =>
      triage.last ? triage.dismiss() : sel ? setSel("", { replace: true }) : setSelected(new Set()),
    x: () => cursor >= 0 && mayWork && select(cursor, false),
    X: () => cursor >= 0 && mayWork && select(cursor, true),
    "*": () => mayWork && setSelected(new Set(Array.from({ length: list.n }, (_, index) => list.id(index)))),
    y: () => judge("y"),
    n: () => judge("n"),
    b: () => judge("b"),
    s: () =>
      act({ kind: "state", to: "triaged", reason: "suspicious, needs more" }, "suspicious, needs more", true),
    e: escalate,
    a: () => document.getElementById("assign-events")?.click(),
    A: () => act({ kind: "assign", to: me }, `assigned to ${me ?? "you"}`),
    z: triage.undo,
    "1": digit(1),
    "2": digit(2),
    "3": digit(3),
    "4": digit(4),
    "5": digit(5),
    u: () =>
      cursor >= 0 &&
      void navigate({ to: "/indicators", search: { q: list.get(cursor, "indicator") } as never }),
    ".": () => {
      const row = document.getElementById(`event-row-${cursor}`)?.getBoundingClientRect();
      if (row) setMenu({ index: cursor, at: { x: row.left + 320, y: row.bottom } });
    },
  });

  const problem = query.error instanceof Problem ? query.error : null;
  const tab = [f, total > 0 ? total.toLocaleString("en") : ""].filter(Boolean).join(" · ");
  return (
    <Page
      title="Events"
      tab={tab}
      fill
      note={<Counted total={total} loaded={list.n} n={selected.size} />}
      actions={
        <Views f={f} cols={cols} onFilter={setFilter} onColumns={setCols} question={question} total={total} />
      }
    >
      <div className={classes.top}>
        <FilterBar value={f} onChange={setFilter} problem={problem} inputRef={filterInput} />
        {mayWork && (
          <Actions
            n={meant().length}
            onVerdict={judge}
            onChange={act}
            {...(mayCases ? { onEscalate: escalate } : {})}
            me={me}
          />
        )}
      </div>
      {facets.data && facets.data.histogram.bars.length > 0 && (
        <div className={classes.histogram}>
          <Bars
            histogram={facets.data.histogram}
            height={54}
            onChoose={(since, until) => setRange(rangeText(new Date(since), new Date(until)))}
          />
        </div>
      )}
      <div className={classes.below}>
        {facets.data && <Facets answer={facets.data} f={f} onFilter={setFilter} />}
        <div className={classes.main}>
          <Newcomers />
          {query.isPending && <Loading what="Reading events" />}
          {query.error && problem?.code !== "bad_filter" && (
            <Failure error={query.error} retry={() => void query.refetch()} />
          )}
          {query.isSuccess && list.n === 0 && (
            <Nothing filtered={f !== "" || range.text !== ""} onClear={() => setFilter("")} />
          )}
          {list.n > 0 && (
            <Grid
              list={list}
              columns={columns}
              total={total}
              cursor={cursor}
              selected={selected}
              onCursor={move}
              onOpen={peek}
              onSelect={select}
              onKeyDown={() => undefined}
              onMenu={(index, column, at) => setMenu({ index, column, at })}
              onEnd={() => {
                if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
              }}
            />
          )}
          <DoneBar triage={triage} onReason={because} />
        </div>
        {sel && <Peek id={sel} onClose={() => setSel("", { replace: true })} />}
      </div>
      {menu && <PivotMenu menu={menu} list={list} f={f} onFilter={setFilter} onClose={() => setMenu(null)} />}
      {escalating && (
        <OpenCase
          ids={escalating}
          title={escalating.length === 1 ? titleOf(list, escalating[0] ?? "") : `${escalating.length} events`}
          onClose={() => setEscalating(null)}
        />
      )}
    </Page>
  );
}

function titleOf(list: ReturnType<typeof useEventList>["list"], id: string): string {
  const index = list.indexOf(id);
  return index < 0 ? shortId(id) : (list.get(index, "title") ?? shortId(id));
}

function Counted({ total, loaded, n }: { total: number; loaded: number; n: number }) {
  return (
    <span role="status" aria-live="polite" className="numbers">
      {total.toLocaleString("en")} {total === 1 ? "event" : "events"}
      {loaded < total && `, ${loaded.toLocaleString("en")} read so far`}
      {n > 0 && ` · ${n.toLocaleString("en")} selected`}
    </span>
  );
}

/** What came while the list was read waits here: a list that jumps under the cursor is judged wrongly. */
function Newcomers() {
  const { nNew } = useLive();
  const queries = useQueryClient();
  if (nNew === 0) return null;
  return (
    <Button
      className={classes.newcomers}
      onClick={() => {
        seen();
        void queries.resetQueries({ queryKey: ["events"] });
      }}
    >
      {nNew.toLocaleString("en")} new ↑
    </Button>
  );
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <Empty title="No event answers this">
        <p>Widen the range of time, or take a word out of the filter.</p>
        <Button variant="default" onClick={onClear}>
          Clear the filter
        </Button>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing was found yet" command="margay ingest /var/log/zeek && margay detect">
      Threat events appear here once telemetry has been read and detection has run over it.
    </Empty>
  );
}
