// How answers are kept and asked for again.
import { QueryClient } from "@tanstack/react-query";
import { Problem } from "../api/problem";

/** What has been read is shown at once and asked for again after this long. */
const FRESH_MS = 15_000;
const RETRIES_MAX = 3;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      refetchOnWindowFocus: true,
      // What was refused will be refused again; what did not answer may answer now.
      retry: (failures, error) => error instanceof Problem && error.isPassing && failures < RETRIES_MAX,
    },
    mutations: { retry: false },
  },
});
