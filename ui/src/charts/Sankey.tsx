// Who flows to whom: sources, in between, targets. Cycles are not drawn, the table has them.

import { useMemo } from "react";
import { plain } from "../parts/hostile";
import { EChart } from "./EChart";
import { common, type EChartsOption } from "./echarts";
import { type ChartTheme, useChartTheme } from "./theme";
import { grouped, rough } from "./words";

export interface Flow {
  from: string;
  to: string;
  n: number;
}

interface Props {
  title: string;
  what: string;
  /** Each step goes from one column to the next; the same name in two columns is two nodes. */
  steps: readonly (readonly Flow[])[];
  height?: number;
}

/** More ribbons than this cannot be told apart; the least are joined as `others`. */
const NODES_MAX = 18;
const OTHERS = "others";

export function Sankey({ title, what, steps, height = 360 }: Props) {
  const theme = useChartTheme();
  const option = useMemo(() => optionOf(steps, theme), [steps, theme]);
  const data = {
    columns: ["step", "from", "to", what],
    rows: steps.flatMap((flows, step) => flows.map((flow) => [step + 1, flow.from, flow.to, flow.n])),
  };
  return (
    <EChart title={title} summary={sankeySummary(steps, what)} data={data} option={option} height={height} />
  );
}

export function sankeySummary(steps: readonly (readonly Flow[])[], what: string): string {
  const first = steps[0] ?? [];
  const total = first.reduce((sum, flow) => sum + flow.n, 0);
  const widest = first.reduce<Flow | null>((most, flow) => (most && most.n >= flow.n ? most : flow), null);
  if (!widest || total === 0) {
    return `No ${what}.`;
  }
  return `${grouped(total)} ${what}; the widest ribbon, ${plain(widest.from)} to ${plain(widest.to)}, carries ${rough(widest.n)}.`;
}

function optionOf(steps: readonly (readonly Flow[])[], theme: ChartTheme): EChartsOption {
  const kept = largest(steps);
  const name = (column: number, node: string) => `${column}\u0000${kept[column]?.has(node) ? node : OTHERS}`;
  const links = new Map<string, { source: string; target: string; value: number }>();
  const nodes = new Map<string, number>();
  steps.forEach((flows, step) => {
    for (const flow of flows) {
      const [source, target] = [name(step, flow.from), name(step + 1, flow.to)];
      const key = `${source}\u0001${target}`;
      const link = links.get(key) ?? { source, target, value: 0 };
      link.value += flow.n;
      links.set(key, link);
      nodes.set(source, step);
      nodes.set(target, step + 1);
    }
  });
  const shown = (id: unknown) => plain(String(id).replace(/^\d+\0/, "")).slice(0, 60);
  return {
    ...common(theme),
    tooltip: {
      ...common(theme).tooltip,
      formatter: (item: unknown) => tipOf(item, shown),
    },
    series: [
      {
        type: "sankey",
        left: 8,
        right: 130,
        top: 8,
        bottom: 8,
        nodeWidth: 12,
        nodeGap: 10,
        emphasis: { focus: "adjacency" },
        data: [...nodes].map(([id, depth], i) => ({
          name: id,
          depth,
          itemStyle: {
            color: theme.palette[i % theme.palette.length] ?? theme.accent,
          },
        })),
        links: [...links.values()],
        lineStyle: {
          color: "source",
          opacity: theme.scheme === "dark" ? 0.32 : 0.28,
        },
        label: { color: theme.ink, formatter: (item) => shown(item.name) },
      },
    ],
  };
}

function tipOf(item: unknown, shown: (id: unknown) => string): string {
  const { name, value, data } = item as {
    name: unknown;
    value: unknown;
    data: { source?: unknown; target?: unknown };
  };
  const who = data.source === undefined ? shown(name) : `${shown(data.source)} → ${shown(data.target)}`;
  return `${who}\n${rough(Number(value))}`;
}

/** The names of each column that get a node of their own. */
function largest(steps: readonly (readonly Flow[])[]): Set<string>[] {
  const columns: Map<string, number>[] = [];
  steps.forEach((flows, step) => {
    for (const flow of flows) {
      for (const [column, node] of [
        [step, flow.from],
        [step + 1, flow.to],
      ] as const) {
        columns[column] ??= new Map();
        columns[column].set(node, (columns[column].get(node) ?? 0) + flow.n);
      }
    }
  });
  return columns.map((sizes) => {
    const sorted = [...sizes].sort((a, b) => b[1] - a[1]);
    const most = sorted.length > NODES_MAX ? NODES_MAX - 1 : NODES_MAX;
    return new Set(sorted.slice(0, most).map(([node]) => node));
  });
}
