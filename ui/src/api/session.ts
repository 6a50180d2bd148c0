// Who is signed in, and what that person may do.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { get } from "./client";
import type { Role, Session } from "./types";

export type { Role, Session };

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
  return useSession()?.permissions.some((one) => one === permission) ?? false;
}
