// The list itself: a grid of which only the rows in sight exist. One tab stop; the cursor is moved by keys.
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type KeyboardEvent, type MouseEvent, memo, useEffect, useRef } from "react";
import { useMay } from "../../api/session";
import { useDensity } from "../../shell/settings";
import type { ColumnSpec } from "./columns";
import classes from "./Grid.module.css";
import type { EventList } from "./list";

interface GridProps {
  list: EventList;
  columns: ColumnSpec[];
  /** How many there are in all; more than the list has so far. */
  total: number;
  cursor: number;
  selected: ReadonlySet<string>;
  onCursor: (index: number) => void;
  onOpen: (index: number) => void;
  onSelect: (index: number, range: boolean) => void;
  onKeyDown: (event: KeyboardEvent) => void;
  onMenu: (index: number, column: ColumnSpec, at: { x: number; y: number }) => void;
  /** Near the end: more is wanted. */
  onEnd: () => void;
}

/** Rows beyond the window's edge that are kept ready: fast scrolling then shows no blank. */
const OVERSCAN = 12;
/** Below this a column shows nothing that helps, and the grid scrolls sideways. */
const LEAST_PER_COLUMN = 108;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 400;

export function Grid(props: GridProps) {
  const { list, columns, total, cursor, selected, onEnd } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [density] = useDensity();
  const height = density === "comfortable" ? 38 : 30;
  const mayWork = useMay("work_on_events");
  const virtual = useVirtualizer({
    count: list.n,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= list.n - AHEAD) onEnd();
  }, [last, list.n, onEnd]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when the density changes
  useEffect(() => virtual.measure(), [height]);
  useEffect(() => {
    if (cursor >= 0 && cursor < list.n) virtual.scrollToIndex(cursor, { align: "auto" });
  }, [cursor, list.n, virtual]);

  const tracks = `${mayWork ? "30px " : ""}${columns.map((column) => column.width).join(" ")}`;
  return (
    <div
      ref={scroller}
      className={classes.grid}
      style={{ "--least": `${LEAST_PER_COLUMN * columns.length}px` } as CSSProperties}
      role="grid"
      aria-label="Threat events"
      aria-rowcount={total + 1}
      aria-colcount={columns.length + (mayWork ? 1 : 0)}
      aria-multiselectable={mayWork}
      tabIndex={0}
      aria-activedescendant={cursor >= 0 && cursor < list.n ? `event-row-${cursor}` : undefined}
      onKeyDown={props.onKeyDown}
    >
      <div role="rowgroup" className={classes.head}>
        <div role="row" aria-rowindex={1} className={classes.row} style={{ gridTemplateColumns: tracks }}>
          {mayWork && (
            <div role="columnheader" className={classes.cell}>
              <span className={classes.unseen}>Selected</span>
            </div>
          )}
          {columns.map((column) => (
            <div
              key={column.key}
              role="columnheader"
              className={classes.cell}
              data-right={column.right || undefined}
            >
              {column.title}
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative", minWidth: "100%" }}>
        {items.map((item) => (
          <EventRow
            key={item.key}
            grid={props}
            index={item.index}
            top={item.start}
            height={height}
            tracks={tracks}
            mayWork={mayWork}
            isCursor={item.index === cursor}
            isSelected={selected.has(list.id(item.index))}
            list={list}
            columns={columns}
          />
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  grid: GridProps;
  index: number;
  top: number;
  height: number;
  tracks: string;
  mayWork: boolean;
  isCursor: boolean;
  isSelected: boolean;
  list: EventList;
  columns: ColumnSpec[];
}

/** Drawn again only if it moved or what it shows has changed; handlers are read when they are needed. */
const EventRow = memo(
  function EventRow({
    grid,
    index,
    top,
    height,
    tracks,
    mayWork,
    isCursor,
    isSelected,
    list,
    columns,
  }: RowProps) {
    const pressed = (event: MouseEvent) => {
      grid.onCursor(index);
      if (event.shiftKey && mayWork) grid.onSelect(index, true);
      else grid.onOpen(index);
    };
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: keys belong to the grid around it
      <div
        role="row"
        id={`event-row-${index}`}
        aria-rowindex={index + 2}
        aria-selected={isSelected}
        className={classes.row}
        data-cursor={isCursor || undefined}
        data-closed={
          ["false_positive", "benign_true_positive", "closed", "duplicate"].includes(
            list.get(index, "state"),
          ) || undefined
        }
        style={{
          gridTemplateColumns: tracks,
          height,
          transform: `translateY(${top}px)`,
          position: "absolute",
        }}
        onClick={pressed}
      >
        {mayWork && (
          // biome-ignore lint/a11y/useKeyWithClickEvents: `x` does the same from the keyboard
          <div
            role="gridcell"
            className={classes.mark}
            title="Select (x)"
            onClick={(event) => {
              event.stopPropagation();
              grid.onCursor(index);
              grid.onSelect(index, event.shiftKey);
            }}
          >
            <span className={classes.box} data-on={isSelected || undefined} aria-hidden="true">
              {isSelected ? "✓" : ""}
            </span>
          </div>
        )}
        {columns.map((column) => (
          <div
            key={column.key}
            role="gridcell"
            className={classes.cell}
            data-right={column.right || undefined}
            onContextMenu={(event) => {
              event.preventDefault();
              grid.onCursor(index);
              grid.onMenu(index, column, { x: event.clientX, y: event.clientY });
            }}
          >
            {column.show(list, index)}
          </div>
        ))}
      </div>
    );
  },
  (before, after) =>
    before.index === after.index &&
    before.top === after.top &&
    before.height === after.height &&
    before.tracks === after.tracks &&
    before.isCursor === after.isCursor &&
    before.isSelected === after.isSelected &&
    before.list === after.list &&
    before.columns === after.columns &&
    before.grid.onOpen === after.grid.onOpen &&
    before.grid.onSelect === after.grid.onSelect,
);
