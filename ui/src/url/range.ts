// The range of time that every screen shows, kept in the address as `t`: `-24h`, `2026-01-05T00:00Z..2026-01-06T00:00Z`.
import { useMemo } from "react";
import { useParam } from "./state";

export interface Range {
  /** As it stands in the address; empty is all time. */
  text: string;
  /** In words, for buttons and titles. */
  label: string;
  /** For the server; both absent is all time. */
  since?: string;
  until?: string;
}

const UNITS: Record<string, [string, number]> = {
  m: ["minutes", 60_000],
  h: ["hours", 3_600_000],
  d: ["days", 86_400_000],
};
/** Relative ranges move in steps, so that the same question keeps the same address for a while. */
const STEP_MS = 60_000;

const short = (instant: Date) => instant.toISOString().slice(0, 16).replace("T", " ");

/** Reads `t`; what cannot be read is all time, because a link must show something. */
export function parseRange(text: string, now: number): Range {
  const relative = /^-(\d{1,4})([mhd])$/.exec(text);
  if (relative) {
    const [words, unit] = UNITS[relative[2] ?? "h"] ?? ["hours", 3_600_000];
    const n = Number(relative[1]);
    const since = new Date(Math.floor((now - n * unit) / STEP_MS) * STEP_MS);
    return { text, label: `Last ${n} ${words}`, since: since.toISOString() };
  }
  const [from = "", to = ""] = text.split("..");
  const [since, until] = [parseInstant(from), parseInstant(to)];
  if (!since && !until) return { text: "", label: "All time" };
  const label = `${since ? short(since) : "start"} – ${until ? short(until) : "now"}`;
  return {
    text,
    label,
    ...(since && { since: since.toISOString() }),
    ...(until && { until: until.toISOString() }),
  };
}

/** A date, or date and time, in UTC unless it says otherwise. */
export function parseInstant(text: string): Date | null {
  const trimmed = text.trim();
  if (!/^\d{4}-\d{2}-\d{2}/.test(trimmed)) return null;
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(trimmed) ? `${trimmed}T00:00` : trimmed.replace(" ", "T");
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(whole) ? whole : `${whole}Z`;
  const instant = new Date(zoned);
  return Number.isNaN(instant.getTime()) ? null : instant;
}

/** `t` for a range between two instants, as a brush or a form gives them. */
export function rangeText(since: Date | null, until: Date | null): string {
  const part = (instant: Date | null) => (instant ? `${instant.toISOString().slice(0, 19)}Z` : "");
  return since || until ? `${part(since)}..${part(until)}` : "";
}

/** The range in force, and a way to set it. */
export function useRange(): [Range, (text: string) => void] {
  const [text, set] = useParam("t");
  const minute = Math.floor(Date.now() / STEP_MS);
  const range = useMemo(() => parseRange(text, minute * STEP_MS), [text, minute]);
  return [range, set];
}
