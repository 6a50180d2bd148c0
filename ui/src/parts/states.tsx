// What a screen shows when it has no data: not yet, nothing, a failure, or no permission.
import { Alert, Button, Code, Loader } from "@mantine/core";
import type { ReactNode } from "react";
import { Problem } from "../api/problem";
import { ArrowClockwiseIcon, LockIcon, WarningIcon } from "./icons";
import classes from "./states.module.css";
import { Untrusted } from "./Untrusted";

export function Loading({ what = "Loading" }: { what?: string }) {
  return (
    <div className={classes.center} role="status">
      <Loader size="sm" type="dots" color="eyeshine.4" aria-hidden="true" />
      <span className="soft">{what} …</span>
    </div>
  );
}

/** Nothing is here, and what would make something be here; `command` can be copied into a terminal. */
export function Empty({
  title,
  children,
  command,
}: {
  title: string;
  children?: ReactNode;
  command?: string;
}) {
  return (
    <div className={classes.center}>
      <Sleeping />
      <h2 className={classes.title}>{title}</h2>
      {children && <div className={classes.text}>{children}</div>}
      {command && <Code className={classes.command}>{command}</Code>}
    </div>
  );
}

/** What went wrong, where, and what to do: the three parts of every error of ours. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem =
    error instanceof Problem
      ? error
      : new Problem(
          0,
          "page",
          "The page made a mistake",
          error instanceof Error ? error.message : String(error),
        );
  if (problem.status === 403) return <NoPermission what={problem.detail} />;
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      className={classes.failure}
      icon={<WarningIcon size={18} />}
      title={<Untrusted text={problem.message} />}
    >
      {problem.detail && (
        <p>
          <Untrusted text={problem.detail} lines />
        </p>
      )}
      {problem.hint && (
        <p>
          <Untrusted text={problem.hint} />
        </p>
      )}
      {problem.requestId && <p className="mono soft">request {problem.requestId}</p>}
      {retry && (
        <Button variant="default" onClick={retry} leftSection={<ArrowClockwiseIcon size={14} />}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

export function NoPermission({ what }: { what?: string }) {
  return (
    <div className={classes.center}>
      <LockIcon size={32} aria-hidden="true" />
      <h2 className={classes.title}>This is not open to your role</h2>
      <p className={classes.text}>{what || "An administrator can change your role under Admin, Users."}</p>
    </div>
  );
}

/** A query's three ends in one place: waiting, failed, or the data. */
export function Answer<T>({
  query,
  children,
  what,
}: {
  query: { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  children: (data: T) => ReactNode;
  what?: string;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Loading {...(what ? { what } : {})} />;
}

/** The cat asleep: nothing happens here. */
function Sleeping() {
  return (
    <svg
      width="72"
      height="48"
      viewBox="0 0 72 48"
      aria-hidden="true"
      fill="none"
      stroke="var(--line-strong)"
      strokeWidth="1.6"
      strokeLinecap="round"
    >
      <path d="M8 38c0-14 12-22 27-22s29 8 29 18c0 5-4 8-9 8H16c-5 0-8-1-8-4Z" />
      <path d="M14 26 11 14l10 5m8-2 8-6v11" />
      <path d="M16 30c2 1.600 4 1.600 6 0m8 0c2 1.600 4 1.600 6 0m-12 5h4" stroke="var(--accent)" />
      <path d="M62 38c-6 6-20 4-26 0" />
    </svg>
  );
}
