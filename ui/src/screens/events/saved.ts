// Saved queries as words again: the server keeps what a filter means, and people want to read and change it.
import { word } from "./filter";

/** `EventFilter`, as far as words can say it. */
interface Filter {
  severity?: string | null;
  confidence_min?: number | null;
  containing?: string | null;
  technique?: string | null;
  conditions?: { asks: string | Record<string, string[]>; not: boolean }[];
}

export interface SavedQuery {
  name: string;
  question: { filter?: Filter; sql?: string };
}

/** The words of a saved filter; nothing where it is SQL. */
export function wordsOf({ question: { filter } }: SavedQuery): string | null {
  if (!filter) return null;
  const found: string[] = [];
  if (filter.severity) found.push(word("severity", filter.severity));
  if (filter.technique) found.push(word("technique", filter.technique));
  if (filter.confidence_min) found.push(`confidence:>${filter.confidence_min - 1}`);
  if (filter.containing) found.push(word("", filter.containing));
  for (const { asks, not } of filter.conditions ?? []) {
    if (asks === "assigned") found.push(not ? "assignee:none" : "-assignee:none");
    else if (typeof asks === "object") {
      for (const [key, values] of Object.entries(asks)) found.push(...conditionOf(key, values, not));
    }
  }
  return found.join(" ");
}

function conditionOf(key: string, values: string[], not: boolean): string[] {
  if (!Array.isArray(values)) return [];
  if (key === "severity_is") return values.map((value) => word("severity", `=${value}`, not));
  if (key === "verdict")
    return values.map((value) => word("verdict", value === "open" ? "none" : value, not));
  return [`${not ? "-" : ""}${key}:${values.map((value) => word("", value)).join(",")}`];
}
