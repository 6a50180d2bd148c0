// What each layer says of a technique: a share from 0 to 1 for the color, and words for the cell. Pure.

import type { Matrix, Technique } from "../../api/heavy";
import type { Data } from "../../charts/save";
import { counted } from "../../charts/words";

export type LayerName = "events" | "rules" | "visibility" | "gap";

export interface Layer {
  name: LayerName;
  label: string;
  about: string;
}

const EVENTS: Layer = {
  name: "events",
  label: "Events",
  about: "Techniques that threat events here have shown.",
};

export const LAYERS: readonly Layer[] = [
  EVENTS,
  { name: "rules", label: "Rules", about: "Techniques that rules or detectors look for." },
  {
    name: "visibility",
    label: "Visibility",
    about: "How much of what MITRE's analytics ask for is in the lake: without it nothing can be found.",
  },
  {
    name: "gap",
    label: "Gaps",
    about: "Could be seen in what is collected, and nobody looks: the cheapest to close.",
  },
];

export const layerOf = (name: string | undefined): Layer =>
  LAYERS.find((layer) => layer.name === name) ?? EVENTS;

/** Events are counted by their logarithm: the tenth says less than the first. */
const EVENTS_FULL = 50;
const RULES_FULL = 5;

export const nLooking = (technique: Technique): number => technique.n_rules + technique.detectors.length;

/** How much a technique could be seen and is not looked for. */
export function gap(technique: Technique): number {
  if (typeof technique.gap === "number") return technique.gap;
  return nLooking(technique) === 0 ? (technique.visibility ?? 0) : 0;
}

/** 0 to 1; `null` where nothing is known. */
export function share(technique: Technique, layer: LayerName): number | null {
  if (layer === "events") return Math.min(1, Math.log1p(technique.n_events) / Math.log1p(EVENTS_FULL));
  if (layer === "rules") return Math.min(1, nLooking(technique) / RULES_FULL);
  return layer === "visibility" ? technique.visibility : gap(technique);
}

/** What stands in the cell beside the name; color alone says nothing. */
export function mark(technique: Technique, layer: LayerName): string {
  const percent = (part: number) => (part > 0 ? `${Math.max(1, Math.round(part * 100))} %` : "");
  if (layer === "events") return technique.n_events > 0 ? String(technique.n_events) : "";
  if (layer === "rules") return nLooking(technique) > 0 ? String(nLooking(technique)) : "";
  return percent((layer === "visibility" ? technique.visibility : gap(technique)) ?? 0);
}

export const isPart = (technique: Technique): boolean => technique.id.includes(".");

/** Techniques with their sub-techniques: what shows in a cell that stands for all of them. */
export function rolledUp(techniques: readonly Technique[]): Technique[] {
  const parts = new Map<string, Technique[]>();
  for (const technique of techniques.filter(isPart)) {
    const whole = technique.id.slice(0, technique.id.indexOf("."));
    parts.set(whole, [...(parts.get(whole) ?? []), technique]);
  }
  return techniques
    .filter((technique) => !isPart(technique))
    .map((technique) => {
      const own = parts.get(technique.id) ?? [];
      const seen = [technique, ...own].flatMap((part) => part.visibility ?? []);
      return {
        ...technique,
        n_events: Math.max(technique.n_events, ...own.map((part) => part.n_events)),
        n_rules: technique.n_rules + own.reduce((n, part) => n + part.n_rules, 0),
        detectors: [...new Set([technique, ...own].flatMap((part) => part.detectors))],
        visibility: seen.length > 0 ? Math.max(...seen) : null,
        used: technique.used || own.some((part) => part.used),
        gap: null,
      };
    });
}

export function summaryOf(matrix: Matrix, layer: LayerName): string {
  const all = new Map(matrix.tactics.flatMap((tactic) => tactic.techniques).map((one) => [one.id, one]));
  const techniques = [...all.values()];
  const n = techniques.filter((technique) => (share(technique, layer) ?? 0) > 0).length;
  const verbs: Record<LayerName, string> = {
    events: "were seen in threat events",
    rules: "are looked for",
    visibility: "could be seen at least in part",
    gap: "could be seen and nobody looks for them",
  };
  const used = techniques.filter((technique) => technique.used).length;
  const actor = used > 0 ? ` The actor uses ${used}, framed.` : "";
  return `ATT&CK ${matrix.version}: ${n} of ${counted(techniques.length, "technique")} and sub-techniques ${verbs[layer]}.${actor}`;
}

export function matrixData(matrix: Matrix): Data {
  return {
    columns: [
      "tactic",
      "technique",
      "name",
      "events",
      "rules",
      "detectors",
      "visibility",
      "gap",
      "used by the actor",
    ],
    rows: matrix.tactics.flatMap((tactic) =>
      tactic.techniques.map((technique) => [
        tactic.name,
        technique.id,
        technique.name,
        technique.n_events,
        technique.n_rules,
        technique.detectors.join(" "),
        technique.visibility,
        gap(technique),
        technique.used ? "yes" : "",
      ]),
    ),
  };
}
