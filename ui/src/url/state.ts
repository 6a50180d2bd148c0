// All state that a link should carry lives in the address, as plain text under short names.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

export type Search = Record<string, string | undefined>;

/** Reads an address's parameters; each is text, and what it means is for the screen that asks. */
export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return text ? `?${text}` : "";
}

/** All parameters of the address, and a way to change some. `replace` while typing, so that Back leaves the screen. */
export function useUrl(): [Search, (change: Search, how?: { replace?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const change = useCallback(
    (next: Search, how: { replace?: boolean } = {}) => {
      void navigate({
        to: ".",
        search: ((before: Search) => ({ ...before, ...next })) as never,
        replace: how.replace ?? false,
      });
    },
    [navigate],
  );
  return [search, change];
}

/** One parameter as state. An empty text takes it out of the address. */
export function useParam(
  name: string,
  otherwise = "",
): [string, (value: string, how?: { replace?: boolean }) => void] {
  const [search, change] = useUrl();
  const set = useCallback(
    (value: string, how?: { replace?: boolean }) =>
      change({ [name]: value === otherwise ? undefined : value }, how),
    [change, name, otherwise],
  );
  return [search[name] ?? otherwise, set];
}
