// What the palette offers for a text: what the server understood and found, places, and commands.
import type { SearchAnswer } from "../api/types";
import { PLACES } from "./places";

export interface Choice {
  id: string;
  kind: string;
  title: string;
  detail: string;
  to?: string;
  search?: Record<string, string>;
  act?: () => void;
}

/** A defanged indicator as it was: people paste them so. */
export function refang(text: string): string {
  return text
    .replace(/^h(?:xx|\*\*)p(s?):/i, "http$1:")
    .replace(/^fxp:/i, "ftp:")
    .replace(/\[(\.|dot)\]|\((\.|dot)\)/gi, ".")
    .replace(/\[@\]|\(at\)|\[at\]/gi, "@")
    .replace(/\[:\]/g, ":");
}

const INDICATORS = new Set([
  "ip",
  "domain",
  "url",
  "hash",
  "email",
  "md5",
  "sha1",
  "sha256",
  "host_name",
  "user_agent",
  "ja3",
  "ja4",
]);

/** Where a hit of each kind is looked at. */
function placeOf(kind: string, id: string): Pick<Choice, "to" | "search"> {
  switch (kind) {
    case "event":
      return { to: `/events/${id}` };
    case "campaign":
      return { to: `/campaigns/${id}` };
    case "case":
      return { to: `/cases/${id}` };
    case "actor":
      return { to: `/actors/${id}` };
    case "rule":
      return { to: `/rules/${encodeURIComponent(id)}` };
    case "technique":
      return { to: "/attack", search: { technique: id } };
    case "host":
      return { to: "/events", search: { f: JSON.stringify(id) } };
    default:
      return { to: "/indicators", search: { q: id } };
  }
}

export function choicesOf(text: string, found: SearchAnswer | undefined, commands: Choice[]): Choice[] {
  const wanted = text.trim().toLowerCase();
  const matches = (...texts: string[]) => texts.some((one) => one.toLowerCase().includes(wanted));
  const understood: Choice[] = found?.understood
    ? [
        {
          id: "understood",
          kind: found.understood.kind.replaceAll("_", " "),
          title: found.understood.value,
          detail: INDICATORS.has(found.understood.kind) ? "look it up" : "open it",
          ...placeOf(found.understood.kind, found.understood.value),
        },
      ]
    : [];
  const hits = (found?.hits ?? []).map((hit) => ({
    id: `${hit.kind} ${hit.id}`,
    kind: hit.kind,
    title: hit.title,
    detail: hit.detail,
    ...placeOf(hit.kind, hit.id),
  }));
  const places = PLACES.filter((place) => matches(place.name, place.about)).map((place) => ({
    id: place.to,
    kind: "go to",
    title: place.name,
    detail: place.about,
    to: place.to,
  }));
  const orders = commands.filter((command) => matches(command.title));
  const words: Choice[] =
    wanted.length >= 2
      ? [
          {
            id: "words",
            kind: "filter",
            title: `Events with "${text.trim()}"`,
            detail: "",
            to: "/events",
            search: { f: JSON.stringify(text.trim()) },
          },
        ]
      : [];
  return [...understood, ...hits, ...places, ...orders, ...words];
}
