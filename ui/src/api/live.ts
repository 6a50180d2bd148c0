// What the server tells by itself: new events, ingested rows. One stream for the whole page.
import { useEffect, useState } from "react";
import { address } from "./client";

export interface Live {
  /** Whether the stream stands. */
  connected: boolean;
  /** Events that came since `seen` was last called. */
  nNew: number;
}

type Listener = (live: Live) => void;

const listeners = new Set<Listener>();
let live: Live = { connected: false, nNew: 0 };
let source: EventSource | null = null;

function tell(change: Partial<Live>): void {
  live = { ...live, ...change };
  for (const listener of listeners) listener(live);
}

function open(): void {
  source = new EventSource(address("/stream"));
  // A browser opens a lost stream again by itself.
  source.onopen = () => tell({ connected: true });
  source.onerror = () => tell({ connected: false });
  source.addEventListener("events", (message) => {
    const n = countIn(message);
    if (n > 0) tell({ nNew: live.nNew + n });
  });
}

function countIn(message: MessageEvent): number {
  try {
    const n = (JSON.parse(String(message.data)) as { n?: unknown }).n;
    return typeof n === "number" && Number.isFinite(n) ? n : 0;
  } catch {
    return 0;
  }
}

export function useLive(): Live {
  const [state, setState] = useState(live);
  useEffect(() => {
    listeners.add(setState);
    if (!source) open();
    setState(live);
    return () => {
      listeners.delete(setState);
      if (listeners.size > 0) return;
      source?.close();
      source = null;
      live = { connected: false, nNew: 0 };
    };
  }, []);
  return state;
}

/** What was new has been looked at. */
export function seen(): void {
  tell({ nNew: 0 });
}
