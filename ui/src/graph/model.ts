// What a graph of a campaign or a neighbourhood holds, and questions about it. Pure; places come from the server.

export interface Node {
  id: string;
  kind: string;
  label: string;
  x: number;
  y: number;
  size: number;
}

export interface Edge {
  from: string;
  to: string;
  label: string;
  weight: number;
}

export interface Net {
  nodes: readonly Node[];
  edges: readonly Edge[];
}

/** More cannot be told apart on a screen, and the table has all of them. */
export const NODES_MAX = 2000;
export const EDGES_MAX = 5000;

/** A sign for each kind beside its color, for those who do not tell colors apart. */
const SIGNS: Record<string, string> = {
  event: "◆",
  host: "■",
  target: "■",
  indicator: "▲",
  ip: "●",
  domain: "▲",
  url: "△",
  hash: "#",
  email: "@",
  campaign: "★",
  technique: "▣",
  actor: "☾",
};

export const signOf = (kind: string): string => SIGNS[kind] ?? "○";

/** Kinds in the order of how many they are: the most frequent gets the first color. */
export function kindsOf(net: Net): { kind: string; n: number }[] {
  const counts = new Map<string, number>();
  for (const node of net.nodes) {
    counts.set(node.kind, (counts.get(node.kind) ?? 0) + 1);
  }
  return [...counts]
    .map(([kind, n]) => ({ kind, n }))
    .sort((a, b) => b.n - a.n || a.kind.localeCompare(b.kind));
}

/** The largest nodes of the kinds that are wanted, and what lies between them. */
export function cut(net: Net, hidden: ReadonlySet<string>): Net {
  const wanted = net.nodes.filter((node) => !hidden.has(node.kind));
  const nodes =
    wanted.length > NODES_MAX ? [...wanted].sort((a, b) => b.size - a.size).slice(0, NODES_MAX) : wanted;
  const kept = new Set(nodes.map((node) => node.id));
  const between = net.edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to));
  const edges =
    between.length > EDGES_MAX
      ? [...between].sort((a, b) => b.weight - a.weight).slice(0, EDGES_MAX)
      : between;
  return { nodes, edges };
}

export interface Neighbor {
  node: Node;
  edge: Edge;
}

export function neighbors(net: Net, id: string): Neighbor[] {
  const byId = new Map(net.nodes.map((node) => [node.id, node]));
  return net.edges
    .flatMap((edge) => {
      const other = edge.from === id ? edge.to : edge.to === id ? edge.from : null;
      const node = other === null ? undefined : byId.get(other);
      return node ? [{ node, edge }] : [];
    })
    .sort((a, b) => b.edge.weight - a.edge.weight);
}

/** The shortest way between two nodes, as ids; empty where there is none. */
export function path(net: Net, from: string, to: string): string[] {
  const next = new Map<string, string[]>();
  for (const edge of net.edges) {
    next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
    next.set(edge.to, [...(next.get(edge.to) ?? []), edge.from]);
  }
  const before = new Map<string, string | null>([[from, null]]);
  const queue = [from];
  for (let at = 0; at < queue.length && !before.has(to); at += 1) {
    const here = queue[at] ?? "";
    for (const there of next.get(here) ?? []) {
      if (!before.has(there)) {
        before.set(there, here);
        queue.push(there);
      }
    }
  }
  const way: string[] = [];
  for (let here: string | null | undefined = before.has(to) ? to : null; here; here = before.get(here)) {
    way.unshift(here);
  }
  return way;
}

/** GEXF, which Gephi and others read. */
export function gexf(net: Net, escaped: (text: string) => string): string {
  const nodes = net.nodes.map(
    (node) =>
      `<node id="${escaped(node.id)}" label="${escaped(node.label)}"><attvalues><attvalue for="kind" value="${escaped(node.kind)}"/></attvalues></node>`,
  );
  const edges = net.edges.map(
    (edge, i) =>
      `<edge id="${i}" source="${escaped(edge.from)}" target="${escaped(edge.to)}" label="${escaped(edge.label)}" weight="${edge.weight}"/>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3"><graph defaultedgetype="undirected">
<attributes class="node"><attribute id="kind" title="kind" type="string"/></attributes>
<nodes>${nodes.join("\n")}</nodes>
<edges>${edges.join("\n")}</edges>
</graph></gexf>
`;
}
