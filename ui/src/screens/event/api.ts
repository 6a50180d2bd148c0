// What is asked of the server about one event.
import { queryOptions } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { EventAnswer, EvidenceRow, HistoryLine } from "../../api/types";

const path = (id: string) => `/events/${encodeURIComponent(id)}`;

export const eventQuery = (id: string) =>
  queryOptions({ queryKey: ["event", id], queryFn: ({ signal }) => get<EventAnswer>(path(id), {}, signal) });

export const evidenceQuery = (id: string) =>
  queryOptions({
    queryKey: ["event", id, "evidence"],
    queryFn: ({ signal }) =>
      get<{ rows: EvidenceRow[]; n_missing: number }>(`${path(id)}/evidence`, {}, signal),
    // Records do not change.
    staleTime: Number.POSITIVE_INFINITY,
  });

export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: ["event", id, "history"],
    queryFn: ({ signal }) => get<{ items: HistoryLine[] }>(`${path(id)}/history`, {}, signal),
  });
