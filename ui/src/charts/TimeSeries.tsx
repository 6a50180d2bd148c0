// A dense time series with its expected band and what lies outside of it. Dragging over it chooses a time.

import { type RefObject, useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { ChartFrame, type Images } from "./ChartFrame";
import styles from "./charts.module.css";
import { faded } from "./color";
import { type Series, seriesData, seriesSummary, seriesSvg, utcMinute } from "./series";
import { type ChartTheme, useChartTheme } from "./theme";
import { rough } from "./words";

interface Props {
  title: string;
  /** What is counted, in the plural: `records`. */
  what: string;
  series: Series;
  height?: number;
  /** Marked by dragging, in seconds since 1970. */
  onRange?: ((from: number, until: number) => void) | undefined;
}

export function TimeSeries({ title, what, series, height = 180, onRange }: Props) {
  const theme = useChartTheme();
  const box = useRef<HTMLDivElement>(null);
  const images = useMemo<Images>(
    () => ({
      png: () =>
        new Promise((done) => {
          const canvas = box.current?.querySelector("canvas");
          return canvas ? canvas.toBlob(done) : done(null);
        }),
      svg: () => seriesSvg(series, theme, box.current?.clientWidth ?? 900, height),
    }),
    [series, theme, height],
  );
  const summary = seriesSummary(series, what);
  return (
    <ChartFrame title={title} summary={summary} data={seriesData(series, what)} images={images}>
      <Plot
        box={box}
        series={series}
        theme={theme}
        height={height}
        label={`${title}. ${summary}`}
        onRange={onRange}
      />
    </ChartFrame>
  );
}

interface PlotProps {
  box: RefObject<HTMLDivElement | null>;
  series: Series;
  theme: ChartTheme;
  height: number;
  label: string;
  onRange: Props["onRange"];
}

function Plot({ box, series, theme, height, label, onRange }: PlotProps) {
  const tip = useRef<HTMLDivElement>(null);
  const chosen = useRef(onRange);
  chosen.current = onRange;

  useEffect(() => {
    const element = box.current;
    if (!element) {
      return;
    }
    const options = optionsOf(series, theme, element.clientWidth || 600, height, {
      over: (plot) => showTip(plot, tip.current, series),
      chosen: (from, until) => chosen.current?.(from, until),
    });
    const plot = new uPlot(options, columns(series), element);
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [box, series, theme, height]);

  return (
    <div className={styles.plot} style={{ minHeight: height }}>
      <div ref={box} role="img" aria-label={label} />
      <div ref={tip} className={styles.tip} hidden />
    </div>
  );
}

/** Band above, band below, value, and the unusual values once more as points. */
function columns(series: Series): uPlot.AlignedData {
  const none = series.at.map(() => null);
  const marked = series.value.map((value, i) => (series.unusual?.[i] ? value : null));
  return [[...series.at], [...(series.high ?? none)], [...(series.low ?? none)], [...series.value], marked];
}

interface Hooks {
  over: (plot: uPlot) => void;
  chosen: (from: number, until: number) => void;
}

function optionsOf(
  series: Series,
  theme: ChartTheme,
  width: number,
  height: number,
  hooks: Hooks,
): uPlot.Options {
  const axis = {
    stroke: theme.muted,
    font: theme.font,
    grid: { stroke: theme.line, width: 1 },
    ticks: { stroke: theme.line, width: 1 },
  };
  const clear = { stroke: "transparent", width: 0, points: { show: false } };
  const unusual = theme.unusual;
  return {
    width,
    height,
    legend: { show: false },
    // All times are UTC; the axis would otherwise speak the browser's zone.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
    },
    scales: {
      x: { time: true },
      y: {
        range: (_plot, low, high) => [Math.min(0, low ?? 0), (high || 1) * 1.08],
      },
    },
    axes: [
      { ...axis, size: 30, values: dayAndTime },
      { ...axis, size: 56, values: (_plot, ticks) => ticks.map(rough) },
    ],
    series: [
      {},
      clear,
      clear,
      {
        stroke: theme.accent,
        width: 1.5,
        points: { show: series.at.length < 3 },
      },
      {
        stroke: unusual,
        paths: () => null,
        points: { show: true, size: 8, fill: unusual, stroke: theme.paper },
      },
    ],
    bands: [{ series: [1, 2], fill: faded(theme.accent, 0.18) }],
    hooks: {
      setCursor: [hooks.over],
      setSelect: [
        (plot) => {
          if (plot.select.width > 4) {
            hooks.chosen(
              plot.posToVal(plot.select.left, "x"),
              plot.posToVal(plot.select.left + plot.select.width, "x"),
            );
          }
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

const DAY = 86_400;

/** `11-21` at midnight and `14:00` in between; years where days are not told apart any more. */
function dayAndTime(_plot: uPlot, ticks: number[]): string[] {
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  return ticks.map((at) => {
    const text = new Date(at * 1000).toISOString();
    if (step > 180 * DAY) {
      return text.slice(0, 4);
    }
    if (step >= DAY || at % DAY === 0) {
      return text.slice(5, 10);
    }
    return step < 60 ? text.slice(11, 19) : text.slice(11, 16);
  });
}

function showTip(plot: uPlot, tip: HTMLDivElement | null, series: Series): void {
  if (!tip) {
    return;
  }
  const at = plot.cursor.idx;
  const seconds = at === null || at === undefined ? undefined : series.at[at];
  if (at === null || at === undefined || seconds === undefined || (plot.cursor.left ?? -1) < 0) {
    tip.hidden = true;
    return;
  }
  const value = series.value[at];
  const low = series.low?.[at];
  const high = series.high?.[at];
  const band =
    typeof low === "number" && typeof high === "number" ? `, expected ${rough(low)} to ${rough(high)}` : "";
  tip.textContent = `${utcMinute(seconds)}  ${typeof value === "number" ? rough(value) : "–"}${band}`;
  tip.hidden = false;
  const left = plot.valToPos(seconds, "x") + plot.bbox.left / devicePixelRatio;
  const right = plot.root.clientWidth - tip.offsetWidth - 4;
  tip.style.left = `${Math.max(0, Math.min(left + 10, right))}px`;
  tip.style.top = "4px";
}
