// Where in a query its problem lies, as well as the server's words tell it.

import type { Problem } from "../../api/problem";
import type { Fault } from "../../editor/Editor";

export function faultsOf(problem: Problem, sql: string): Fault[] {
  const message = [problem.message, problem.detail].filter(Boolean).join(": ");
  const fault = (line: number, column: number, length?: number): Fault[] => [
    { line, column, message, hint: problem.hint || null, ...(length ? { length } : {}) },
  ];
  const { line, column, position, length } = problem.more;
  if (typeof line === "number" && typeof column === "number") return fault(line, column);
  if (typeof position === "number") {
    const place = placeOf(sql, position);
    return fault(place.line, place.column, typeof length === "number" ? length : undefined);
  }
  const told = /Line:\s*(\d+),\s*Column:\s*(\d+)/i.exec(message);
  if (told) return fault(Number(told[1]), Number(told[2]));
  const named = /\bnamed\s+([\w.]+\w)/.exec(message)?.[1];
  const namedAt = named ? wordAt(sql, named.split(".").at(-1) ?? "") : -1;
  if (named && namedAt >= 0) {
    const place = placeOf(sql, namedAt);
    return fault(place.line, place.column, named.split(".").at(-1)?.length);
  }
  // "no column "src_ipp"", "table 'x' not found": the name is in the text somewhere.
  for (const [, name = ""] of message.matchAll(/["'`]([^"'`]{1,80})["'`]/g)) {
    const at = wordAt(sql, name.split(".").at(-1) ?? name);
    if (at >= 0) {
      const place = placeOf(sql, at);
      return fault(place.line, place.column, name.length);
    }
  }
  return [];
}

function wordAt(sql: string, name: string): number {
  if (name === "") return -1;
  for (let at = sql.indexOf(name); at >= 0; at = sql.indexOf(name, at + 1)) {
    const around = `${sql[at - 1] ?? " "}${sql[at + name.length] ?? " "}`;
    if (!/\w/.test(around)) return at;
  }
  return -1;
}

function placeOf(sql: string, position: number): { line: number; column: number } {
  const before = sql.slice(0, position).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
