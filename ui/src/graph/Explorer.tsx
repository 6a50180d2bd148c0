// A graph to look around in: its drawing and its table, what a node touches, the way between two of them.

import { Button, Checkbox, SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";
import { save } from "../api/client";
import { csv, type Data, escapedXml, fileName } from "../charts/save";
import { useChartTheme } from "../charts/theme";
import { counted, grouped, rough } from "../charts/words";
import { Copy } from "../parts/Copy";
import { Untrusted } from "../parts/Untrusted";
import { GraphCanvas } from "./Canvas";
import classes from "./graph.module.css";
import { cut, gexf, kindsOf, type Net, type Node, neighbors, path, signOf } from "./model";

interface Props {
  net: Net;
  title: string;
  /** Leads on from a node: to its event, its look-up. */
  onOpen?: ((node: Node) => void) | undefined;
}

export function GraphExplorer({ net, title, onOpen }: Props) {
  const [mode, setMode] = useState("graph");
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<string | null>(null);
  const [start, setStart] = useState<string | null>(null);
  const shown = useMemo(() => cut(net, hidden), [net, hidden]);
  const way = useMemo(
    () => (start && chosen && start !== chosen ? path(net, start, chosen) : []),
    [net, start, chosen],
  );
  const node = net.nodes.find((candidate) => candidate.id === chosen) ?? null;
  const open = (id: string) => {
    const found = net.nodes.find((candidate) => candidate.id === id);
    if (found) onOpen?.(found);
  };
  const said = `${counted(shown.nodes.length, "thing")} of ${grouped(net.nodes.length)}, ${counted(shown.edges.length, "link")} of ${grouped(net.edges.length)}.`;

  return (
    <section className={classes.explorer} aria-label={title}>
      <div className={classes.bar}>
        <SegmentedControl
          size="xs"
          value={mode}
          onChange={setMode}
          data={[
            { value: "graph", label: "Graph" },
            { value: "table", label: "Table" },
          ]}
        />
        <Legend net={net} hidden={hidden} onHide={setHidden} />
        <span className={classes.said} aria-live="polite">
          {said}
        </span>
        <Button
          variant="default"
          onClick={() => save(fileName(title, "gexf"), gexf(net, escapedXml), "application/xml")}
        >
          GEXF
        </Button>
        <Button
          variant="default"
          onClick={() => save(fileName(title, "csv"), csv(edgeData(net)), "text/csv")}
        >
          CSV
        </Button>
      </div>
      <div className={classes.body}>
        {mode === "graph" ? (
          <GraphCanvas
            net={shown}
            whole={net}
            chosen={chosen}
            way={way}
            onChoose={setChosen}
            onExpand={open}
            label={`${title}: ${said} Arrow keys move, plus and minus zoom, 0 shows all. “Table” has the same as text.`}
          />
        ) : (
          <NodeList net={shown} chosen={chosen} onChoose={setChosen} />
        )}
        <Pane
          net={net}
          node={node}
          start={start}
          way={way}
          onChoose={setChosen}
          onStart={setStart}
          onOpen={onOpen}
        />
      </div>
    </section>
  );
}

function Legend(props: {
  net: Net;
  hidden: ReadonlySet<string>;
  onHide: (hidden: ReadonlySet<string>) => void;
}) {
  const { net, hidden, onHide } = props;
  const theme = useChartTheme();
  const toggled = (kind: string) => {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    onHide(next);
  };
  return (
    <div className={classes.legend}>
      {kindsOf(net).map(({ kind, n }, i) => (
        <Checkbox
          key={kind}
          size="xs"
          color={theme.palette[i % theme.palette.length] ?? theme.accent}
          checked={!hidden.has(kind)}
          onChange={() => toggled(kind)}
          label={
            <>
              <span style={{ color: theme.palette[i % theme.palette.length] }} aria-hidden="true">
                {signOf(kind)}
              </span>{" "}
              {kind} {grouped(n)}
            </>
          }
        />
      ))}
    </div>
  );
}

function NodeList(props: { net: Net; chosen: string | null; onChoose: (id: string) => void }) {
  const { net, chosen, onChoose } = props;
  const sorted = useMemo(() => [...net.nodes].sort((a, b) => b.size - a.size).slice(0, 500), [net]);
  return (
    <ul className={classes.list} aria-label="Things, the largest first">
      {sorted.map((node) => (
        <li key={node.id}>
          <button type="button" aria-pressed={node.id === chosen} onClick={() => onChoose(node.id)}>
            <span aria-hidden="true">{signOf(node.kind)}</span>
            <span className={classes.kind}>{node.kind}</span>
            <Untrusted text={node.label} max={90} />
          </button>
        </li>
      ))}
      {net.nodes.length > sorted.length && (
        <li className="soft">{grouped(net.nodes.length - sorted.length)} more</li>
      )}
    </ul>
  );
}

interface PaneProps {
  net: Net;
  node: Node | null;
  start: string | null;
  way: readonly string[];
  onChoose: (id: string) => void;
  onStart: (id: string | null) => void;
  onOpen: Props["onOpen"];
}

function Pane({ net, node, start, way, onChoose, onStart, onOpen }: PaneProps) {
  if (!node) {
    return (
      <aside className={classes.pane} aria-label="Chosen thing">
        <p className="soft">
          Click something to see what it touches; double-click opens it. Two things: the way between them.
        </p>
      </aside>
    );
  }
  const touched = neighbors(net, node.id);
  return (
    <aside className={classes.pane} aria-label="Chosen thing">
      <h3>
        <span aria-hidden="true">{signOf(node.kind)}</span> <Untrusted text={node.label} />
        <Copy value={node.label} what={node.kind} />
      </h3>
      <p className="soft">
        {node.kind}, touches {counted(touched.length, "thing")}
      </p>
      <div className={classes.acts}>
        {onOpen && (
          <Button variant="default" onClick={() => onOpen(node)}>
            Open
          </Button>
        )}
        <Button variant="default" onClick={() => onStart(start === node.id ? null : node.id)}>
          {start === node.id ? "Forget the start" : "Way from here"}
        </Button>
      </div>
      {start && start !== node.id && <Way net={net} way={way} onChoose={onChoose} />}
      <ul className={classes.touched}>
        {touched.slice(0, 200).map(({ node: other, edge }) => (
          <li key={`${other.id} ${edge.label}`}>
            <button type="button" onClick={() => onChoose(other.id)}>
              <span aria-hidden="true">{signOf(other.kind)}</span> <Untrusted text={other.label} max={40} />
              <span className="soft">
                <Untrusted text={edge.label} max={60} /> {rough(edge.weight)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </aside>
  );
}

function Way({ net, way, onChoose }: { net: Net; way: readonly string[]; onChoose: (id: string) => void }) {
  if (way.length === 0) return <p className={classes.note}>There is no way between the two.</p>;
  const labels = new Map(net.nodes.map((node) => [node.id, node.label]));
  return (
    <ol className={classes.way} aria-label="The shortest way">
      {way.map((id) => (
        <li key={id}>
          <button type="button" onClick={() => onChoose(id)}>
            <Untrusted text={labels.get(id)} max={40} />
          </button>
        </li>
      ))}
    </ol>
  );
}

function edgeData(net: Net): Data {
  const labels = new Map(net.nodes.map((node) => [node.id, node.label]));
  const sorted = [...net.edges].sort((a, b) => b.weight - a.weight);
  return {
    columns: ["from", "to", "why", "weight"],
    rows: sorted.map((edge) => [labels.get(edge.from), labels.get(edge.to), edge.label, edge.weight]),
  };
}
