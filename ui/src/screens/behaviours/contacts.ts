// The query for all contacts behind a finding about two sides. Pure.

import type { Finding } from "../../api/heavy";
import { literal } from "../../sql/text";

/** Times of every record between the two sides in the time of the finding; none where it has no second side. */
export function contactsOf(finding: Finding): string | null {
  const { subject, object } = finding;
  if (!object || subject.kind !== "ip") return null;
  const from = `src_ip = ${literal(subject.value)}`;
  const during = `observed_at BETWEEN ${instant(finding.first_seen)} AND ${instant(finding.last_seen)}`;
  const asked = (table: string, side: string) =>
    `SELECT observed_at FROM ${table} WHERE ${from} AND ${side} AND ${during}`;
  if (object.kind === "ip") return ordered([asked("connections", `dst_ip = ${literal(object.value)}`)]);
  if (object.kind !== "domain" && object.kind !== "host") return null;
  const under = (column: string) => `domain_is_or_under(${column}, ${literal(object.value)})`;
  return ordered([asked("tls_sessions", under("server_name")), asked("http_requests", under("host"))]);
}

const instant = (at: string) => `TIMESTAMP ${literal(at)}`;

const ordered = (queries: readonly string[]) => `${queries.join("\nUNION ALL\n")}\nORDER BY observed_at`;
