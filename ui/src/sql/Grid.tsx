// The answer as a grid that shows only the rows that are seen, read from Arrow columns in place.
// biome-ignore-all lint/a11y/useFocusableInteractive: a grid is one stop of the keyboard, its cell is named by aria-activedescendant

import { Menu } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { grouped } from "../charts/words";
import { defang } from "../parts/hostile";
import { Untrusted } from "../parts/Untrusted";
import classes from "./grid.module.css";
import { type Result, type ResultColumn, shown, type Value } from "./result";

/** What can be done with a value; the screen decides what it means. */
export interface Pivots {
  onFilter: (column: string, value: string | null, without: boolean) => void;
  onCount: (column: string) => void;
  onLookUp: (value: string) => void;
}

interface Props extends Pivots {
  result: Result;
  version: number;
  label: string;
}

interface Place {
  row: number;
  column: number;
}

const ROW_HEIGHT = 28;
/** Browsers lose precision beyond some 33 million pixels of height. */
const ROWS_DRAWN_MAX = 1_000_000;
const CHARACTER = 7.3;
const WIDTH = { min: 72, max: 380 } as const;
/** Rows that a column's width is taken from. */
const SAMPLE = 60;
/** Characters of a value that a cell draws; the rest is in the pane below. */
const CELL_MAX = 160;

export function ResultGrid({ result, version, label, ...pivots }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<Place>({ row: 0, column: 0 });
  const [menu, setMenu] = useState<{ x: number; y: number } | null>(null);
  const n_drawn = Math.min(result.n_rows, ROWS_DRAWN_MAX);
  const sampled = Math.min(n_drawn, SAMPLE);
  // The result is one object that grows: its width is taken anew while the first rows come in, and then stays.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const widths = useMemo(() => widthsOf(result), [result, result.columns.length, sampled]);
  const starts = useMemo(() => sums(widths), [widths]);
  const total = (starts.at(-1) ?? 0) + (widths.at(-1) ?? 0);
  const rows = useVirtualizer({
    count: n_drawn,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer starts at its head
  useEffect(() => {
    setCursor({ row: 0, column: 0 });
    box.current?.scrollTo({ top: 0, left: 0 });
  }, [result]);

  const move = (row: number, column: number) => {
    const place = {
      row: Math.max(0, Math.min(n_drawn - 1, row)),
      column: Math.max(0, Math.min(result.columns.length - 1, column)),
    };
    setCursor(place);
    rows.scrollToIndex(place.row);
    showColumn(box.current, starts[place.column] ?? 0, widths[place.column] ?? 0);
  };

  const openMenu = () => {
    // A row that was jumped to may not be drawn yet; its menu then hangs on the grid.
    const cell = box.current?.querySelector("[data-cursor]")?.getBoundingClientRect();
    const grid = box.current?.getBoundingClientRect();
    if (cell) setMenu({ x: cell.left, y: cell.bottom });
    else if (grid) setMenu({ x: grid.left, y: grid.top });
  };

  const keyed = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 300) / ROW_HEIGHT) - 2);
    const to = keyMoves(cursor, n_drawn, result.columns.length, page)[event.key];
    if (event.ctrlKey && event.key === "c") copy(result, cursor, false);
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (to) move(...to);
    // The menu takes the key that it was opened by for one outside of it, and closes: so it opens behind that key.
    else if (event.key === "Enter" || event.key === ".") setTimeout(openMenu);
    else if (event.key === "c" || event.key === "C") copy(result, cursor, event.key === "c");
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div
        ref={box}
        className={classes.grid}
        role="grid"
        aria-label={label}
        aria-rowcount={result.n_rows + 1}
        aria-colcount={result.columns.length}
        aria-activedescendant={n_drawn > 0 ? cellId(cursor.row, cursor.column) : undefined}
        data-version={version}
        tabIndex={0}
        onKeyDown={keyed}
      >
        <Head columns={result.columns} starts={starts} widths={widths} total={total} />
        <div role="rowgroup" style={{ height: rows.getTotalSize(), width: total, position: "relative" }}>
          {rows.getVirtualItems().map((item) => (
            <Row
              key={item.key}
              row={item.index}
              top={item.start}
              result={result}
              widths={widths}
              cursor={cursor.row === item.index ? cursor.column : -1}
              onPick={(column, at) => {
                setCursor({ row: item.index, column });
                if (at) setMenu(at);
              }}
            />
          ))}
        </div>
      </div>
      <Whole result={result} cursor={cursor} />
      <PivotMenu result={result} cursor={cursor} at={menu} onClose={() => setMenu(null)} {...pivots} />
    </>
  );
}

const cellId = (row: number, column: number) => `cell-${row}-${column}`;

interface HeadProps {
  columns: readonly ResultColumn[];
  starts: readonly number[];
  widths: readonly number[];
  total: number;
}

function Head({ columns, widths, total }: HeadProps) {
  return (
    <div role="rowgroup" className={classes.head} style={{ width: total }}>
      <div role="row" aria-rowindex={1} className={classes.headRow}>
        {columns.map((column, i) => (
          <div
            key={column.key}
            role="columnheader"
            aria-colindex={i + 1}
            className={classes.headCell}
            data-kind={column.kind}
            style={{ width: widths[i] }}
          >
            <Untrusted text={column.name} />
          </div>
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  row: number;
  top: number;
  result: Result;
  widths: readonly number[];
  /** The column of the cursor, or −1. */
  cursor: number;
  onPick: (column: number, menuAt: { x: number; y: number } | null) => void;
}

function Row({ row, top, result, widths, cursor, onPick }: RowProps) {
  return (
    <div role="row" aria-rowindex={row + 2} className={classes.row} style={{ top, height: ROW_HEIGHT }}>
      {result.columns.map((column, i) => (
        // The grid itself takes the keys; a cell only says where it is.
        // biome-ignore lint/a11y/useKeyWithClickEvents: see above
        <div
          key={column.key}
          id={cellId(row, i)}
          role="gridcell"
          aria-colindex={i + 1}
          aria-selected={cursor === i}
          className={classes.cell}
          data-kind={column.kind}
          data-cursor={cursor === i || undefined}
          style={{ width: widths[i] }}
          onClick={() => onPick(i, null)}
          onContextMenu={(event) => {
            event.preventDefault();
            onPick(i, { x: event.clientX, y: event.clientY });
          }}
        >
          <CellText value={result.value(row, i)} kind={column.kind} />
        </div>
      ))}
    </div>
  );
}

function CellText({ value, kind }: { value: Value; kind: ResultColumn["kind"] }) {
  if (value === null || value === undefined) return <span className={classes.none}>null</span>;
  const text = shown(value, kind);
  return kind === "number" || kind === "time" ? text : <Untrusted text={text.slice(0, CELL_MAX)} />;
}

/** The value under the cursor in full: cells are cut, evidence must not be. */
function Whole({ result, cursor }: { result: Result; cursor: Place }) {
  const column = result.columns[cursor.column];
  if (!column || result.n_rows === 0) return null;
  const value = result.value(cursor.row, cursor.column);
  return (
    <div className={classes.whole}>
      <span className="soft">
        row {grouped(cursor.row + 1)}, <Untrusted text={column.name} />
      </span>
      <span className={`mono ${classes.wholeText}`}>
        {value === null || value === undefined ? (
          "null"
        ) : (
          <Untrusted text={shown(value, column.kind)} lines />
        )}
      </span>
    </div>
  );
}

interface MenuProps extends Pivots {
  result: Result;
  cursor: Place;
  at: { x: number; y: number } | null;
  onClose: () => void;
}

function PivotMenu({ result, cursor, at, onClose, onFilter, onCount, onLookUp }: MenuProps) {
  const column = result.columns[cursor.column];
  if (!at || !column) return null;
  const value = result.value(cursor.row, cursor.column);
  const text = value === null || value === undefined ? null : shown(value, column.kind);
  return (
    <Menu opened onClose={onClose} position="bottom-start" returnFocus>
      <Menu.Target>
        <span style={{ position: "fixed", left: at.x, top: at.y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onFilter(column.name, text, false)}>Only rows with this</Menu.Item>
        <Menu.Item onClick={() => onFilter(column.name, text, true)}>Rows without this</Menu.Item>
        <Menu.Item onClick={() => onCount(column.name)}>Count by this column</Menu.Item>
        {text && column.kind === "text" && <Menu.Item onClick={() => onLookUp(text)}>Look it up</Menu.Item>}
        <Menu.Divider />
        <Menu.Item onClick={() => copy(result, cursor, true)}>Copy defanged (c)</Menu.Item>
        <Menu.Item onClick={() => copy(result, cursor, false)}>Copy as it is (C)</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function copy(result: Result, { row, column }: Place, safe: boolean): void {
  const text = shown(result.value(row, column), result.columns[column]?.kind ?? "text");
  void navigator.clipboard?.writeText(safe ? defang(text) : text);
}

function keyMoves({ row, column }: Place, n_rows: number, n_columns: number, page: number) {
  const moves: Record<string, [number, number]> = {
    j: [row + 1, column],
    k: [row - 1, column],
    J: [row + 20, column],
    K: [row - 20, column],
    ArrowDown: [row + 1, column],
    ArrowUp: [row - 1, column],
    ArrowRight: [row, column + 1],
    ArrowLeft: [row, column - 1],
    PageDown: [row + page, column],
    PageUp: [row - page, column],
    Home: [0, 0],
    End: [n_rows - 1, n_columns - 1],
  };
  return moves;
}

function widthsOf(result: Result): number[] {
  const n = Math.min(result.n_rows, SAMPLE);
  return result.columns.map((column, i) => {
    let longest = column.name.length + 2;
    for (let row = 0; row < n; row += 1) {
      longest = Math.max(longest, shown(result.value(row, i), column.kind).length);
    }
    // A time is never cut: its end is what tells two records apart.
    const most = column.kind === "time" ? 28 * CHARACTER + 20 : WIDTH.max;
    return Math.round(Math.max(WIDTH.min, Math.min(most, longest * CHARACTER + 20)));
  });
}

function sums(widths: readonly number[]): number[] {
  let at = 0;
  return widths.map((width) => {
    const start = at;
    at += width;
    return start;
  });
}

function showColumn(box: HTMLDivElement | null, start: number, width: number): void {
  if (!box) return;
  if (start < box.scrollLeft) box.scrollLeft = start;
  else if (start + width > box.scrollLeft + box.clientWidth) box.scrollLeft = start + width - box.clientWidth;
}
