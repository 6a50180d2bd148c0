// The table twin of a chart: what it shows, to read, to select and for screen readers.

import { Untrusted } from "../parts/Untrusted";
import styles from "./charts.module.css";
import type { Cell, Data } from "./save";
import { grouped, rough } from "./words";

/** More rows are not read by anybody, and cost every frame; the CSV has all of them. */
const ROWS_MAX = 500;

export function DataTable({ data, caption }: { data: Data; caption: string }) {
  const shown = data.rows.slice(0, ROWS_MAX);
  return (
    // A box that scrolls has to be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
    <div className={styles.data} role="group" tabIndex={0} aria-label={caption}>
      <table>
        <caption className={styles.unseen}>{caption}</caption>
        <thead>
          <tr>
            {data.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name and never move
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={data.columns[column]} className={isNumber(cell) ? styles.number : undefined}>
                  <CellText cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {data.rows.length > shown.length && (
        <p className={styles.more}>
          The first {grouped(shown.length)} of {grouped(data.rows.length)} rows; the CSV has all of them.
        </p>
      )}
    </div>
  );
}

const isNumber = (cell: Cell): boolean => typeof cell === "number" || typeof cell === "bigint";

function CellText({ cell }: { cell: Cell }) {
  if (cell === null || cell === undefined) {
    return "–";
  }
  if (typeof cell === "number") {
    return Number.isInteger(cell) ? grouped(cell) : rough(cell);
  }
  return typeof cell === "bigint" ? grouped(cell) : <Untrusted text={String(cell)} />;
}
