// What was pasted, cut into values; and answers as rows for a file. Pure.

import type { LookedUp } from "../../api/heavy";
import type { Data } from "../../charts/save";

/** More at once is a job for the command line, and for `margay hunt`. */
const VALUES_MAX = 10_000;

/** Values by lines, blanks, commas and semicolons, each once. URLs may hold commas, so those split only before a blank. */
export function asked(text: string): string[] {
  const parts = text
    .split(/[\s;]+|,(?=\s|$)/)
    .map((part) => part.replace(/^["'<(]+|["'>),]+$/g, ""))
    .flatMap((part) => (/:\/\/|hxxp/i.test(part) ? [part] : part.split(",")))
    .filter((part) => part !== "");
  return [...new Set(parts)].slice(0, VALUES_MAX);
}

export function listData(items: readonly LookedUp[]): Data {
  return {
    columns: ["asked", "kind", "value", "score", "sources", "malware", "met here", "warning lists"],
    rows: items.flatMap((item) =>
      item.found.length === 0
        ? [[item.asked, null, null, null, 0, null, 0, null]]
        : item.found.map((view) => [
            item.asked,
            view.kind,
            view.value,
            Math.round(view.score),
            new Set(view.claims.map((claim) => claim.source)).size,
            [...new Set(view.claims.flatMap((claim) => claim.malware ?? []))].join(" "),
            view.n_sightings,
            view.warnings.map(([list]) => list).join("; "),
          ]),
    ),
  };
}
