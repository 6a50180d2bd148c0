// `{{window}}` in a query: the time range of the bar, as a condition on when a record was observed.

import type { Range } from "../../url/range";

const MARK = /\{\{\s*window\s*\}\}/g;

export function windowed(sql: string, range: Range): string {
  const parts = [
    range.since && `observed_at >= TIMESTAMP '${range.since}'`,
    range.until && `observed_at < TIMESTAMP '${range.until}'`,
  ].filter(Boolean);
  return sql.replace(MARK, parts.length > 0 ? `(${parts.join(" AND ")})` : "TRUE");
}
