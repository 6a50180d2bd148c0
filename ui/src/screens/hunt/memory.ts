// Queries of this reader in this browser: what was asked lately, and what was kept under a name.

export interface Asked {
  sql: string;
  at: number;
  state: string;
  rows: number;
  seconds: number;
}

export interface Kept {
  name: string;
  sql: string;
}

const ASKED = "margay.hunt.asked";
const KEPT = "margay.hunt.kept";
const ASKED_MAX = 200;
const KEPT_MAX = 200;

const watchers = new Set<() => void>();
const cache = new Map<string, { text: string; list: unknown[] }>();

function read<T>(key: string): T[] {
  const text = stored(key);
  const known = cache.get(key);
  if (known?.text === text) return known.list as T[];
  let list: unknown[] = [];
  try {
    const parsed: unknown = JSON.parse(text);
    list = Array.isArray(parsed) ? parsed : [];
  } catch {
    // Somebody else wrote there; it is written anew with the next query.
  }
  cache.set(key, { text, list });
  return list as T[];
}

function stored(key: string): string {
  try {
    return localStorage.getItem(key) ?? "[]";
  } catch {
    return "[]";
  }
}

function write(key: string, list: readonly unknown[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(list));
  } catch {
    // A full or forbidden store: the query has run all the same.
  }
  for (const told of watchers) told();
}

export const remembered = {
  list: (): Asked[] => read<Asked>(ASKED),
  add(asked: Asked): void {
    const others = read<Asked>(ASKED).filter((known) => known.sql !== asked.sql);
    write(ASKED, [asked, ...others].slice(0, ASKED_MAX));
  },
  clear: () => write(ASKED, []),
  /** The query asked before (1) or after (−1) this one. */
  beside(sql: string, step: number): string | null {
    const list = read<Asked>(ASKED);
    const at = list.findIndex((asked) => asked.sql === sql);
    return list[at + step]?.sql ?? null;
  },
};

export const kept = {
  list: (): Kept[] => read<Kept>(KEPT),
  add(query: Kept): void {
    const others = read<Kept>(KEPT).filter((known) => known.name !== query.name);
    write(KEPT, [query, ...others].slice(0, KEPT_MAX));
  },
  remove: (name: string) =>
    write(
      KEPT,
      read<Kept>(KEPT).filter((known) => known.name !== name),
    ),
};

export function watched(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}
