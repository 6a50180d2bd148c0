// Which records know countries, how to ask for them, and the answer as flows. Pure.

import type { Flow } from "../../charts/Sankey";
import type { Result } from "../../sql/result";
import type { Range } from "../../url/range";
import { windowed } from "../hunt/window";
import { countryName } from "./countries";

interface Question {
  table: string;
  label: string;
  /** What is counted, in the plural. */
  what: string;
  country: string;
  /** What stands between country and target, and the target itself. */
  middle: string;
  end: string;
}

const HTTP: Question = {
  table: "http_requests",
  label: "Requests to your sites",
  what: "requests",
  country: "country",
  middle: "host",
  end: "CASE WHEN status < 400 THEN 'answered' WHEN status < 500 THEN 'refused' ELSE 'failed' END",
};

export const QUESTIONS: readonly Question[] = [
  HTTP,
  {
    table: "firewall_events",
    label: "Decisions of firewalls",
    what: "decisions",
    country: "country",
    middle: "action",
    end: "coalesce(host, dst_ip)",
  },
  {
    table: "logons",
    label: "Attempts to log on",
    what: "attempts",
    country: "country",
    middle: "CASE WHEN success THEN 'let in' ELSE 'refused' END",
    end: '"user"',
  },
  {
    table: "cloud_api_calls",
    label: "Calls to clouds",
    what: "calls",
    country: "country",
    middle: "service",
    end: "operation",
  },
  {
    table: "connections",
    label: "Connections in",
    what: "connections",
    country: "src_country",
    middle: "coalesce(service, protocol)",
    end: "dst_ip",
  },
];

export function questionOf(table: string | undefined, range: Range): Question & { sql: string } {
  const question = QUESTIONS.find((known) => known.table === table) ?? HTTP;
  const sql = `SELECT ${question.country} AS country, ${question.middle} AS middle, ${question.end} AS target, count(*) AS n
FROM ${question.table}
WHERE ${question.country} IS NOT NULL AND {{window}}
GROUP BY 1, 2, 3
ORDER BY n DESC`;
  return { ...question, sql: windowed(sql, range) };
}

export interface CountryFlow {
  country: string;
  middle: string;
  target: string;
  n: number;
}

export function read(result: Result): CountryFlow[] {
  const text = (row: number, column: number) => String(result.value(row, column) ?? "–");
  return Array.from({ length: result.n_rows }, (_, row) => ({
    country: text(row, 0),
    middle: text(row, 1),
    target: text(row, 2),
    n: Number(result.value(row, 3) ?? 0),
  }));
}

export function byCountry(flows: readonly CountryFlow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const flow of flows) counts.set(flow.country, (counts.get(flow.country) ?? 0) + flow.n);
  return counts;
}

/** Country to middle, and middle to target. */
export function stepsOf(flows: readonly CountryFlow[]): Flow[][] {
  return [
    summed(flows.map((flow) => ({ from: countryName(flow.country), to: flow.middle, n: flow.n }))),
    summed(flows.map((flow) => ({ from: flow.middle, to: flow.target, n: flow.n }))),
  ];
}

function summed(flows: readonly Flow[]): Flow[] {
  const sums = new Map<string, Flow>();
  for (const flow of flows) {
    const key = JSON.stringify([flow.from, flow.to]);
    const known = sums.get(key);
    if (known) known.n += flow.n;
    else sums.set(key, { ...flow });
  }
  return [...sums.values()].sort((a, b) => b.n - a.n);
}
