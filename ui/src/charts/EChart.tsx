// A chart of ECharts inside of a frame. The option says what is drawn; this says where, and gives pictures of it.

import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { ChartFrame, type Images } from "./ChartFrame";
import styles from "./charts.module.css";
import { type EChartsOption, type EChartsType, init, svgOf } from "./echarts";
import type { Data } from "./save";
import { useChartTheme } from "./theme";

interface Props {
  title: string;
  summary: string;
  data: Data;
  option: EChartsOption;
  height?: number;
  controls?: ReactNode;
  /** What was clicked: the name and the value that ECharts tells. */
  onPick?: ((name: string, index: number) => void) | undefined;
}

export function EChart({ title, summary, data, option, height = 260, controls, onPick }: Props) {
  const theme = useChartTheme();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const pick = useRef(onPick);
  pick.current = onPick;

  const images = useMemo<Images>(
    () => ({
      png: () => pngOf(chart.current, theme.paper),
      svg: () => svgOf(option, theme, box.current?.clientWidth ?? 900, height),
    }),
    [option, theme, height],
  );

  return (
    <ChartFrame title={title} summary={summary} data={data} images={images} controls={controls}>
      <Canvas
        box={box}
        chart={chart}
        option={option}
        height={height}
        label={`${title}. ${summary}`}
        pick={pick}
      />
    </ChartFrame>
  );
}

interface CanvasProps {
  box: React.RefObject<HTMLDivElement | null>;
  chart: React.RefObject<EChartsType | null>;
  option: EChartsOption;
  height: number;
  label: string;
  pick: React.RefObject<Props["onPick"]>;
}

/** Its own component, so that the chart ends where the frame shows the table instead. */
function Canvas({ box, chart, option, height, label, pick }: CanvasProps) {
  useEffect(() => {
    const element = box.current;
    if (!element) {
      return;
    }
    const drawn = init(element, undefined, { renderer: "canvas" });
    chart.current = drawn;
    drawn.on("click", (event) => pick.current?.(String(event.name), event.dataIndex ?? -1));
    const resized = new ResizeObserver(() => drawn.resize());
    resized.observe(element);
    return () => {
      resized.disconnect();
      drawn.dispose();
      chart.current = null;
    };
  }, [box, chart, pick]);

  useEffect(() => chart.current?.setOption(option, { notMerge: true }), [chart, option]);

  return <div ref={box} className={styles.canvas} style={{ height }} role="img" aria-label={label} />;
}

function pngOf(chart: EChartsType | null, paper: string): Promise<Blob | null> {
  const canvas = chart?.renderToCanvas({
    pixelRatio: 2,
    backgroundColor: paper,
  });
  return new Promise((done) => (canvas ? canvas.toBlob(done) : done(null)));
}
