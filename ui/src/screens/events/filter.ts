// The words of a filter, as text with places: for facets that add and take out, and for completion. The server decides.
import type { FilterWords } from "../../api/types";

export interface Word {
  start: number;
  end: number;
  negated: boolean;
  /** Empty for words that are looked for in titles. */
  key: string;
  value: string;
}

const WORD = /(-?)(?:([a-z_]+):)?("(?:[^"\\]|\\.)*"?|[^\s"]+|(?<=:))/g;

export function words(text: string): Word[] {
  return [...text.matchAll(WORD)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    negated: match[1] === "-",
    key: match[2] ?? "",
    value: unquote(match[3] ?? ""),
  }));
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  return text.slice(1, text.length > 1 && text.endsWith('"') ? -1 : undefined).replace(/\\(.)/g, "$1");
}

export function word(key: string, value: string, negated = false): string {
  const bare = /^[\p{L}\p{N}_.=><@/+-]+$/u.test(value) && !(key === "" && value.startsWith("-"));
  const quoted = bare ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
  return `${negated ? "-" : ""}${key ? `${key}:` : ""}${quoted}`;
}

/** Severity alone means "or worse"; a facet means exactly the value that was pressed. */
const facetValue = (key: string, value: string) => (key === "severity" ? `=${value}` : value);

export function has(text: string, key: string, value: string): "in" | "out" | null {
  const exact = facetValue(key, value);
  const found = words(text).find((one) => one.key === key && (one.value === exact || one.value === value));
  return found ? (found.negated ? "out" : "in") : null;
}

/** The filter with a value put in, or left out (`negated`), or taken away where it stood so already. */
export function toggle(text: string, key: string, value: string, negated = false): string {
  const exact = facetValue(key, value);
  const before = has(text, key, value);
  const kept = words(text)
    .filter((one) => !(one.key === key && (one.value === exact || one.value === value)))
    .map((one) => text.slice(one.start, one.end));
  if (before !== (negated ? "out" : "in")) kept.push(word(key, exact, negated));
  return kept.join(" ");
}

export interface Suggestion {
  /** What stands in the list. */
  label: string;
  help: string;
  /** The whole filter and the place of the cursor after it was taken. */
  text: string;
  cursor: number;
}

const SUGGESTIONS_MAX = 12;

/** What may come at the cursor: keys while no colon is there, the key's values after it. */
export function suggest(text: string, cursor: number, known: FilterWords | undefined): Suggestion[] {
  if (!known) return [];
  const start = Math.max(text.lastIndexOf(" ", cursor - 1) + 1, 0);
  const typed = text.slice(start, cursor);
  const minus = typed.startsWith("-") ? "-" : "";
  const rest = typed.slice(minus.length).toLowerCase();
  const put = (piece: string, goOn: boolean): Pick<Suggestion, "text" | "cursor"> => {
    const before = `${text.slice(0, start)}${minus}${piece}${goOn ? "" : " "}`;
    return { text: `${before}${text.slice(cursor).trimStart()}`, cursor: before.length };
  };
  const colon = rest.indexOf(":");
  if (colon < 0) {
    const keys = known.keys.filter((one) => one.key.startsWith(rest));
    return keys
      .slice(0, SUGGESTIONS_MAX)
      .map((one) => ({ label: `${one.key}:`, help: one.help, ...put(`${one.key}:`, true) }));
  }
  const key = known.keys.find((one) => one.key === rest.slice(0, colon));
  const begun = rest.slice(colon + 1).replace(/^["=]+/, "");
  const values = (key?.values ?? []).filter((value) => value.toLowerCase().includes(begun));
  return values
    .slice(0, SUGGESTIONS_MAX)
    .map((value) => ({ label: value, help: "", ...put(word(key?.key ?? "", value), false) }));
}
