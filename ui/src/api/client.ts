// The one way to the server: JSON or Arrow over fetch, every failure a Problem.
import { type Table, tableFromIPC } from "@uwdata/flechette";
import { Problem, problemOf, unreachable } from "./problem";

const PREFIX = "/api/v1";
const ARROW = "application/vnd.apache.arrow.stream";

export type Query = Record<string, string | number | boolean | undefined | null>;

interface Ask {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  query?: Query;
  body?: unknown;
  accept?: string;
  signal?: AbortSignal | undefined;
  headers?: Record<string, string>;
}

/** Called when an answer says that nobody is signed in any more; the shell decides what to do about it. */
let signedOut: () => void = () => {};
export function whenSignedOut(act: () => void): void {
  signedOut = act;
}

export function address(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return `${PREFIX}${path}${text ? `?${text}` : ""}`;
}

/** One request; answers that are not 2xx are thrown as Problems. */
export async function ask(
  path: string,
  { method = "GET", query, body, accept, signal, headers }: Ask = {},
): Promise<Response> {
  const response = await fetch(address(path, query), {
    method,
    signal: signal ?? null,
    credentials: "same-origin",
    headers: {
      accept: accept ?? "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
  }).catch((error: unknown) => {
    throw error instanceof DOMException && error.name === "AbortError" ? error : unreachable();
  });
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.status === 401 && problem.code === "sign_in" && path !== "/session") signedOut();
  throw problem;
}

async function json<T>(path: string, options: Ask): Promise<T> {
  const response = await ask(path, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) =>
  json<T>(path, { query: query ?? {}, signal });
export const post = <T>(path: string, body?: unknown, signal?: AbortSignal) =>
  json<T>(path, { method: "POST", body: body ?? {}, signal });
export const patch = <T>(path: string, body: unknown) => json<T>(path, { method: "PATCH", body });
export const remove = <T>(path: string, body?: unknown) => json<T>(path, { method: "DELETE", body });

/** Columns as they came, read in place: no row is made an object until it is shown. */
export async function arrow(path: string, options: Ask = {}): Promise<{ table: Table; headers: Headers }> {
  const response = await ask(path, { ...options, accept: ARROW });
  const bytes = new Uint8Array(await response.arrayBuffer());
  try {
    return { table: tableFromIPC(bytes), headers: response.headers };
  } catch {
    throw new Problem(response.status, "bad_arrow", "The answer could not be read", "It is no Arrow stream.");
  }
}

/** Saves what the server sends as an attachment, or text made here, under a name. */
export function save(name: string, content: Blob | string, type = "text/plain;charset=utf-8"): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export async function download(path: string, name: string, options: Ask = {}): Promise<void> {
  const response = await ask(path, options);
  save(name, await response.blob());
}
