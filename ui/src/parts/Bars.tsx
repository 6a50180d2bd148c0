// Events over time as stacked bars, with the band that was to be expected. Drag, or press a bar, to choose a range.
import { type PointerEvent, useState } from "react";
import type { Histogram } from "../api/types";
import { formatTime, useZone, zoneName } from "../url/zone";
import classes from "./Bars.module.css";

const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;

interface BarsProps {
  histogram: Histogram;
  height?: number;
  /** A chosen range, in milliseconds. Without it, the picture is a picture. */
  onChoose?: (since: number, until: number) => void;
}

const sum = (bar: Histogram["bars"][number]) => LEVELS.reduce((n, level) => n + (bar[level] ?? 0), 0);

export function Bars({ histogram, height = 72, onChoose }: BarsProps) {
  const [zone] = useZone();
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const { bars, expected } = histogram;
  const step = histogram.step_seconds * 1000;
  const start = Date.parse(histogram.start);
  const bandTop = Math.max(0, ...(expected ?? []).map((band) => band?.high ?? 0));
  const most = Math.max(1, ...bars.map(sum));
  // A band may reach far above; the bars are what one came for.
  const top = Math.max(most, Math.min(most * 1.5, bandTop));
  const y = (n: number) => (1 - n / top) * 100;
  const at = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
    return Math.min(bars.length - 1, Math.max(0, place));
  };
  const finish = () => {
    if (drag && onChoose) {
      const [low, high] = [Math.min(...drag), Math.max(...drag)];
      onChoose(start + low * step, start + (high + 1) * step);
    }
    setDrag(null);
  };
  const total = bars.reduce((n, bar) => n + sum(bar), 0);
  const peak = bars.reduce((best, bar, index) => (sum(bar) > sum(bars[best] ?? bar) ? index : best), 0);
  const ends = [start, start + bars.length * step] as const;
  const sentence = `${total.toLocaleString("en")} events from ${formatTime(ends[0], zone, false)} to ${formatTime(ends[1], zone, false)} ${zoneName(zone)}; most, ${bars[peak] ? sum(bars[peak]) : 0}, at ${formatTime(start + peak * step, zone, false)}${outside(expected)}`;
  const isExpected = expected?.some((band) => band !== null) ?? false;
  return (
    <figure className={classes.figure}>
      <svg
        className={classes.plot}
        data-choosing={onChoose ? true : undefined}
        style={{ height }}
        viewBox={`0 0 ${Math.max(1, bars.length)} 100`}
        preserveAspectRatio="none"
        role="img"
        aria-label={sentence}
        {...(onChoose && {
          onPointerDown: (event: PointerEvent<SVGSVGElement>) => setDrag([at(event), at(event)]),
          onPointerMove: (event: PointerEvent<SVGSVGElement>) => drag && setDrag([drag[0], at(event)]),
          onPointerUp: finish,
          onPointerLeave: () => setDrag(null),
        })}
      >
        {expected?.map((band, index) =>
          band === null ? null : (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place in time
              key={index}
              className={classes.band}
              x={index}
              width={1}
              y={y(band.high + 0.5)}
              height={y(Math.max(0, band.low - 0.5)) - y(band.high + 0.5)}
            />
          ),
        )}
        {bars.map((bar, index) => (
          <Bar
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place in time
            key={index}
            bar={bar}
            index={index}
            y={y}
            title={`${formatTime(start + index * step, zone, false)}: ${sum(bar)}${bandWords(expected?.[index])}`}
            unusual={expected?.[index]?.unusual ?? false}
          />
        ))}
        {drag && (
          <rect
            className={classes.brush}
            x={Math.min(...drag)}
            width={Math.abs(drag[1] - drag[0]) + 1}
            y={0}
            height={100}
          />
        )}
      </svg>
      <figcaption className={classes.ends}>
        <span>{formatTime(ends[0], zone, false)}</span>
        <span className={classes.hint}>
          {isExpected ? "shaded: what was to be expected; marked at the top: outside of it" : ""}
          {isExpected && onChoose ? " · " : ""}
          {onChoose ? "drag to choose a range" : ""}
        </span>
        <span>{formatTime(ends[1], zone, false)}</span>
      </figcaption>
    </figure>
  );
}

type Band = NonNullable<Histogram["expected"]>[number];

const bandWords = (band: Band | undefined): string =>
  band ? `, expected ${band.low.toLocaleString("en")} to ${band.high.toLocaleString("en")}` : "";

function outside(expected: Histogram["expected"]): string {
  const known = (expected ?? []).filter((band) => band !== null);
  if (known.length === 0) return "";
  const n = known.filter((band) => band.unusual).length;
  return `; ${n} of ${known.length} bars outside of what was to be expected`;
}

function Bar({
  bar,
  index,
  y,
  title,
  unusual,
}: {
  bar: Histogram["bars"][number];
  index: number;
  y: (n: number) => number;
  title: string;
  unusual: boolean;
}) {
  let below = 0;
  return (
    <g>
      <rect x={index} y={0} width={1} height={100} fill="transparent">
        <title>{title}</title>
      </rect>
      {LEVELS.map((level) => {
        const n = bar[level] ?? 0;
        const from = below;
        below += n;
        return n === 0 ? null : (
          <rect
            key={level}
            className={classes[level]}
            x={index + 0.12}
            width={0.76}
            y={y(from + n)}
            height={y(from) - y(from + n)}
          >
            <title>{title}</title>
          </rect>
        );
      })}
      {unusual && (
        <rect className={classes.unusual} x={index + 0.12} width={0.76} y={0} height={4}>
          <title>{title}</title>
        </rect>
      )}
    </g>
  );
}
