// Draws a graph by WebGL. Places are the server's; the mouse moves the camera, a click chooses a node.

import Graph from "graphology";
import { useEffect, useRef, useState } from "react";
import Sigma from "sigma";
import { faded, onRamp } from "../charts/color";
import { type ChartTheme, useChartTheme } from "../charts/theme";
import { plain, shorten } from "../parts/hostile";
import classes from "./graph.module.css";
import { kindsOf, type Net, signOf } from "./model";

interface Props {
  net: Net;
  /** The whole graph, so that a kind keeps its color when others are hidden. */
  whole: Net;
  chosen: string | null;
  way: readonly string[];
  onChoose: (id: string | null) => void;
  onExpand: (id: string) => void;
  label: string;
}

interface Look {
  chosen: string | null;
  near: ReadonlySet<string>;
  way: ReadonlySet<string>;
}

export function GraphCanvas({ net, whole, chosen, way, onChoose, onExpand, label }: Props) {
  const theme = useChartTheme();
  const box = useRef<HTMLDivElement>(null);
  const sigma = useRef<Sigma | null>(null);
  const look = useRef<Look>({ chosen: null, near: new Set(), way: new Set() });
  const acts = useRef({ onChoose, onExpand });
  acts.current = { onChoose, onExpand };
  const [cannot, setCannot] = useState(false);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let drawn: Sigma;
    try {
      drawn = new Sigma(graphOf(net, whole, theme), element, settings(theme, look.current));
    } catch {
      // No WebGL: on a remote desktop, say. The table twin has everything.
      setCannot(true);
      return;
    }
    sigma.current = drawn;
    drawn.on("clickNode", ({ node }) => acts.current.onChoose(node));
    drawn.on("doubleClickNode", ({ node, preventSigmaDefault }) => {
      preventSigmaDefault();
      acts.current.onExpand(node);
    });
    drawn.on("clickStage", () => acts.current.onChoose(null));
    return () => {
      drawn.kill();
      sigma.current = null;
    };
  }, [net, whole, theme]);

  useEffect(() => {
    const near = new Set(
      net.edges.flatMap((edge) => (edge.from === chosen || edge.to === chosen ? [edge.from, edge.to] : [])),
    );
    Object.assign(look.current, { chosen, near, way: new Set(way) });
    sigma.current?.refresh({ skipIndexation: true });
  }, [net, chosen, way]);

  if (cannot) {
    return (
      <p className={classes.note}>This browser cannot draw graphs (no WebGL). “Table” shows all of it.</p>
    );
  }
  return (
    <div
      ref={box}
      className={classes.canvas}
      role="application"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the camera is moved by keys
      tabIndex={0}
      onKeyDown={(event) => {
        if (sigma.current && moved(sigma.current, event.key)) event.preventDefault();
      }}
    />
  );
}

const STEP = 0.08;
const MOVES: Record<string, readonly [number, number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

function moved(sigma: Sigma, key: string): boolean {
  const camera = sigma.getCamera();
  const { x, y, ratio } = camera.getState();
  const move = MOVES[key];
  if (move) camera.setState({ x: x + move[0] * ratio, y: y + move[1] * ratio });
  else if (key === "+" || key === "=") camera.setState({ ratio: ratio / 1.3 });
  else if (key === "-") camera.setState({ ratio: ratio * 1.3 });
  else if (key === "0") camera.setState({ x: 0.5, y: 0.5, ratio: 1 });
  else return false;
  return true;
}

const LABEL_MAX = 34;

function graphOf(net: Net, whole: Net, theme: ChartTheme): Graph {
  const graph = new Graph({ multi: true });
  const kinds = kindsOf(whole).map(({ kind }) => kind);
  const color = (kind: string) => theme.palette[kinds.indexOf(kind) % theme.palette.length] ?? theme.accent;
  for (const node of net.nodes) {
    if (graph.hasNode(node.id)) continue;
    graph.addNode(node.id, {
      x: finite(node.x),
      y: finite(node.y),
      size: Math.min(18, 4 + 1.5 * Math.max(0, finite(node.size))),
      color: color(node.kind),
      label: `${signOf(node.kind)} ${plain(shorten(node.label, LABEL_MAX))}`,
    });
  }
  for (const edge of net.edges) {
    if (graph.hasNode(edge.from) && graph.hasNode(edge.to) && edge.from !== edge.to) {
      graph.addEdge(edge.from, edge.to, {
        size: 1.2 + Math.min(3, Math.max(0, finite(edge.weight)) / 4),
        label: edge.label,
      });
    }
  }
  return graph;
}

const finite = (value: number): number => (Number.isFinite(value) ? value : 0);

function settings(theme: ChartTheme, look: Look) {
  const line = onRamp([theme.paper, theme.muted], 0.45);
  return {
    labelColor: { color: theme.ink },
    labelFont: '"Inter Variable", system-ui, sans-serif',
    labelSize: 12,
    labelDensity: 0.5,
    labelGridCellSize: 90,
    labelRenderedSizeThreshold: 5,
    defaultEdgeColor: line,
    zIndex: true,
    allowInvalidContainer: true,
    defaultDrawNodeHover: hoverDrawer(theme),
    nodeReducer: (id: string, node: Record<string, unknown>) => {
      const dimmed =
        look.way.size > 0
          ? !look.way.has(id)
          : look.chosen !== null && !look.near.has(id) && id !== look.chosen;
      if (dimmed) return { ...node, color: faded(theme.muted, 0.25), label: "", zIndex: 0 };
      return id === look.chosen
        ? { ...node, highlighted: true, forceLabel: true, zIndex: 2 }
        : { ...node, zIndex: 1 };
    },
    edgeReducer: (_id: string, edge: Record<string, unknown>) => ({ ...edge, color: line }),
  };
}

/** The kit's own label on hover is black on white in either scheme. */
function hoverDrawer(theme: ChartTheme) {
  return (
    context: CanvasRenderingContext2D,
    node: { x: number; y: number; size: number; label?: string | null | undefined },
    { labelSize, labelFont }: { labelSize: number; labelFont: string },
  ) => {
    context.font = `${labelSize}px ${labelFont}`;
    const text = node.label ?? "";
    const width = context.measureText(text).width + 12;
    const [left, top] = [node.x + node.size + 2, node.y - labelSize / 2 - 5];
    context.beginPath();
    context.arc(node.x, node.y, node.size + 3, 0, 2 * Math.PI);
    context.strokeStyle = theme.ink;
    context.lineWidth = 2;
    context.stroke();
    if (!text) return;
    context.fillStyle = theme.paper;
    context.strokeStyle = theme.line;
    context.lineWidth = 1;
    context.beginPath();
    context.roundRect(left, top, width, labelSize + 10, 4);
    context.fill();
    context.stroke();
    context.fillStyle = theme.ink;
    context.fillText(text, left + 6, node.y + labelSize / 3);
  };
}
