// A table of at most some thousand rows that can be sorted by any column; the order is kept in the address.
import type { ReactNode } from "react";
import { useParam } from "../url/state";
import classes from "./Table.module.css";

export interface Column<T> {
  key: string;
  head: string;
  cell: (row: T) => ReactNode;
  /** What the column is sorted by; without it, it is not. */
  by?: (row: T) => string | number | null | undefined;
  /** Numbers stand at the right. */
  numeric?: boolean;
  /** Stays in one line. */
  oneLine?: boolean;
  /** What the column means, for those who do not know it yet. */
  help?: string;
}

interface Props<T> {
  rows: readonly T[];
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
  caption: string;
  /** Parameter of the address that keeps the order; tables of one screen differ in it. */
  name?: string;
  chosen?: string | null;
}

/** Rows beyond this are told and not drawn: nobody reads them, a filter finds them. */
const ROWS_MAX = 1000;

export function Table<T>({ rows, columns, keyOf, caption, name = "sort", chosen = null }: Props<T>) {
  const [sort, setSort] = useParam(name);
  const sorted = inOrder(rows, columns, sort);
  const shown = sorted.slice(0, ROWS_MAX);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <div className={classes.box} role="group" aria-label={caption} tabIndex={0}>
      <table className={classes.table}>
        <caption className={classes.unseen}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head
                key={column.key}
                column={column}
                sort={sort}
                onSort={(to) => setSort(to, { replace: true })}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={keyOf(row)} data-chosen={keyOf(row) === chosen || undefined}>
              {columns.map((column) => (
                <td key={column.key} className={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length > shown.length && (
        <p className={classes.more}>
          The first {ROWS_MAX} of {sorted.length}.
        </p>
      )}
    </div>
  );
}

function classOf<T>(column: Column<T>): string | undefined {
  return column.numeric ? classes.numeric : column.oneLine ? classes.oneLine : undefined;
}

interface HeadProps<T> {
  column: Column<T>;
  sort: string;
  onSort: (sort: string) => void;
}

function Head<T>({ column, sort, onSort }: HeadProps<T>) {
  const order = sort === column.key ? "ascending" : sort === `-${column.key}` ? "descending" : undefined;
  const className = classOf(column);
  if (!column.by) {
    return (
      <th scope="col" title={column.help} className={className}>
        {column.head}
      </th>
    );
  }
  // The first click on a number shows the greatest, on a word the first of the alphabet.
  const [first, second] = column.numeric ? [`-${column.key}`, column.key] : [column.key, `-${column.key}`];
  return (
    <th scope="col" title={column.help} className={className} aria-sort={order}>
      <button type="button" onClick={() => onSort(sort === first ? second : first)}>
        {column.head}
        <span aria-hidden="true">{order === "ascending" ? " ↑" : order === "descending" ? " ↓" : ""}</span>
      </button>
    </th>
  );
}

function inOrder<T>(rows: readonly T[], columns: readonly Column<T>[], sort: string): readonly T[] {
  const down = sort.startsWith("-");
  const by = columns.find((column) => column.key === (down ? sort.slice(1) : sort))?.by;
  if (!by) return rows;
  return [...rows].sort((one, other) => {
    const [a, b] = [by(one), by(other)];
    // What has no value stands last in either order.
    if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
    if (b === null || b === undefined) return -1;
    const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return down ? -order : order;
  });
}
