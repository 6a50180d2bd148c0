import { expect, it } from "vitest";
import { cut, gexf, kindsOf, type Net, NODES_MAX, neighbors, path } from "./model";

const node = (id: string, kind = "ip", size = 1) => ({ id, kind, label: id, x: 0, y: 0, size });
const edge = (from: string, to: string, weight = 1) => ({ from, to, label: "", weight });
const net: Net = {
  nodes: [node("a", "event"), node("b"), node("c"), node("d"), node("alone")],
  edges: [edge("a", "b"), edge("b", "c", 3), edge("c", "d"), edge("a", "missing")],
};

it("finds the shortest way, and none where there is none", () => {
  expect(path(net, "a", "d")).toEqual(["a", "b", "c", "d"]);
  expect(path(net, "a", "alone")).toEqual([]);
  expect(path({ nodes: net.nodes, edges: [...net.edges, edge("a", "d")] }, "a", "d")).toEqual(["a", "d"]);
});

it("lists neighbors, the strongest first, without those that are not there", () => {
  expect(neighbors(net, "b").map((found) => found.node.id)).toEqual(["c", "a"]);
  expect(neighbors(net, "a").map((found) => found.node.id)).toEqual(["b"]);
});

it("draws at most what can be told apart, and no edge without its ends", () => {
  const many: Net = {
    nodes: Array.from({ length: NODES_MAX + 10 }, (_, i) => node(`n${i}`, "ip", i)),
    edges: [edge("n0", "n1"), edge(`n${NODES_MAX}`, `n${NODES_MAX + 1}`)],
  };
  const shown = cut(many, new Set());
  expect(shown.nodes).toHaveLength(NODES_MAX);
  expect(shown.edges).toHaveLength(1);
  expect(cut(net, new Set(["event"])).edges).toHaveLength(2);
});

it("counts kinds", () => {
  expect(kindsOf(net)).toEqual([
    { kind: "ip", n: 4 },
    { kind: "event", n: 1 },
  ]);
});

it("writes GEXF with escaped names", () => {
  expect(gexf({ nodes: [node('"><x')], edges: [] }, (text) => text.replaceAll('"', "&quot;"))).not.toContain(
    '""><x"',
  );
});
