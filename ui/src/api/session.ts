// Who is signed in, and what that person may do.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { get } from "./client";
import type { Scope } from "./types";

export type Role =
  | "viewer"
  | "analyst"
  | "detection_engineer"
  | "data_scientist"
  | "sharing_partner"
  | "auditor"
  | "admin";

export interface Session {
  person: { id: string; name: string; role: Role; kind: string };
  /** Names of `engine::people::Permission` in snake_case: `work_on_events`, `run_sql` ... */
  permissions: string[];
  scope: Scope;
  version: string;
}

export const session = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => get<Session>("/session", {}, signal),
  staleTime: 60_000,
  retry: false,
});

export function useSession(): Session | undefined {
  return useQuery(session).data;
}

/** Whether the person may do it; the server decides again at every request. */
export function useMay(permission: string): boolean {
  return useSession()?.permissions.includes(permission) ?? false;
}
