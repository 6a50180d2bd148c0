// Events as they come from the server: pages of Arrow columns. A value is read when its cell is shown, no sooner.
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Column, Table } from "@uwdata/flechette";
import { useMemo } from "react";
import { arrow } from "../../api/client";
import type { Row } from "../../api/types";

export interface Question {
  f: string;
  since?: string | undefined;
  until?: string | undefined;
}

/** The first page is small, so that something is seen at once; the later ones carry the scrolling. */
const FIRST_PAGE = 200;
const PAGE = 2_000;

interface Page {
  table: Table;
  next: string | null;
}

async function fetchPage(question: Question, after: string, signal: AbortSignal): Promise<Page> {
  const query = { ...question, after, limit: after ? PAGE : FIRST_PAGE };
  const { table, headers } = await arrow("/events", { query, signal });
  return { table, next: headers.get("x-next") || null };
}

type Key = keyof Row;

/** What has changed since the pages were read: our own verdicts, seen at once. */
export type Patches = ReadonlyMap<string, Partial<Row>>;

const LISTS: ReadonlySet<keyof Row> = new Set(["techniques", "tactics", "tags"]);

/** All pages as one list. */
export class EventList {
  private readonly starts: number[] = [];
  private readonly columns: Map<string, Column<unknown> | null>[] = [];
  readonly n: number;

  constructor(
    private readonly tables: Table[],
    private readonly patches: Patches,
  ) {
    let n = 0;
    for (const table of tables) {
      this.starts.push(n);
      this.columns.push(new Map());
      n += table.numRows;
    }
    this.n = n;
  }

  id(index: number): string {
    return String(this.raw(index, "id") ?? "");
  }

  get<K extends Key>(index: number, key: K): Row[K] {
    const patch = this.patches.size > 0 && key !== "id" ? this.patches.get(this.id(index)) : undefined;
    if (patch && key in patch) return patch[key] as Row[K];
    const value = cell(this.raw(index, key));
    // Several ids in one column come as words of one text.
    return (LISTS.has(key) && typeof value === "string" ? value.split(" ").filter(Boolean) : value) as Row[K];
  }

  indexOf(id: string): number {
    for (let index = 0; index < this.n; index += 1) if (this.id(index) === id) return index;
    return -1;
  }

  private raw(index: number, key: string): unknown {
    let page = this.starts.length - 1;
    while (page > 0 && (this.starts[page] ?? 0) > index) page -= 1;
    return this.column(page, key)?.at(index - (this.starts[page] ?? 0));
  }

  private column(page: number, key: string): Column<unknown> | null {
    const known = this.columns[page];
    if (!known) return null;
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const column = this.tables[page]?.getChild(key) ?? null;
    known.set(key, column);
    return column;
  }
}

/** Whole numbers may come as 64 bits, lists as anything that can be walked. */
function cell(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value && typeof value === "object" && Symbol.iterator in value)
    return [...(value as Iterable<unknown>)];
  return value ?? null;
}

export function useEventList(question: Question, patches: Patches) {
  const query = useInfiniteQuery({
    queryKey: ["events", question],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => fetchPage(question, pageParam, signal),
    getNextPageParam: (page) => page.next,
    // A list that jumps while somebody reads it is worse than one that is a little old: the stream tells what is new.
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
  const pages = query.data?.pages;
  const list = useMemo(
    () =>
      new EventList(
        (pages ?? []).map((page) => page.table),
        patches,
      ),
    [pages, patches],
  );
  return { query, list };
}
