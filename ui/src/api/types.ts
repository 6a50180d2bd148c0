// What the server answers, as far as the screens of this folder's neighbours read it.
import type { JudgedShare } from "./heavy";

/** An event as lists show it: the columns of `GET /events`. */
export interface Row {
  id: string;
  severity: string;
  confidence: number;
  category: string;
  title: string;
  dataset: string;
  tlp: string;
  first_seen: string;
  last_seen: string;
  techniques: string[];
  tactics: string[];
  target: string;
  indicator: string | null;
  q_value: number | null;
  n_records: number;
  state: string;
  assignee: string | null;
  /** Null where nobody has judged. */
  verdict: string | null;
  tags: string[];
  n_comments: number;
  campaign: string | null;
}

export interface Entity {
  kind: string;
  value: string;
}

export interface Vertex {
  values: string[];
  confidence: number;
}

export interface Diamond {
  adversary: Vertex;
  capability: Vertex;
  infrastructure: Vertex;
  victim: Vertex;
  result: string;
  direction: string;
  methodology: string;
  resources: string[];
}

export interface TechniqueClaim {
  id: string;
  name: string;
  confidence: number;
  tactics: string[];
  findings: string[];
}

export interface ThreatEvent {
  id: string;
  dataset: string;
  category: string;
  title: string;
  description: string;
  severity: string;
  severity_because: string;
  confidence: number;
  first_seen: string;
  last_seen: string;
  techniques: TechniqueClaim[];
  attack_version: string;
  tactics: string[];
  phases: string[];
  diamond: Diamond;
  targets: Entity[];
  indicators: [string, string][];
  p_value: number | null;
  q_value: number | null;
  /** That it is malicious, where verdicts have taught it. */
  chance?: { low: number; value: number; high: number };
  n_records: number;
  findings: string[];
  detectors: string[];
  evidence: { table: string; record_id: string }[];
  because: string[];
  unless: string[];
  next_steps: string[];
  labels: string[];
  tlp: string;
}

export interface Finding {
  id: string;
  detector: string;
  detector_version: string;
  subject: Entity;
  object: Entity | null;
  also: Entity[];
  window: { start: string; end: string };
  first_seen: string;
  last_seen: string;
  n_records: number;
  score: number;
  p_value: number | null;
  q_value: number | null;
  null_hypothesis: string | null;
  confidence: number;
  techniques: string[];
  labels: string[];
  because: string;
  unless: string;
  statistics: [string, number][];
  query?: string;
}

export interface Work {
  version: number;
  state: string;
  verdict: string;
  reason: string;
  assignee: string | null;
  tags: string[];
  parent: string | null;
  duplicate_of: string | null;
  n_comments: number;
}

export interface EventAnswer {
  event: ThreatEvent;
  work: Work;
  verdicts: unknown[];
  duplicates: string[];
  parts: string[];
  cases: { id: string; number: number; title: string }[];
  campaign: { id: string; name: string; score: number | null } | null;
  findings: Finding[];
  known_as: unknown;
  related: Row[];
}

export interface EvidenceRow {
  record_id: string;
  table: string;
  observed_at: string;
  /** In the order of the table's columns. */
  columns: { name: string; value: string }[];
  raw: string | null;
  source?: string;
}

export interface HistoryLine {
  number: number;
  changed_at: string;
  changed_by: string;
  change: string;
  before: unknown;
  after: unknown;
  reason: string;
}

/** One change of the work on events; the server's `EventChange`. */
export type EventChange =
  | { kind: "state"; to: string; reason: string }
  | { kind: "verdict"; judgement: string; reason: string }
  | { kind: "assign"; to: string | null }
  | { kind: "comment"; text: string }
  | { kind: "tag"; tag: string }
  | { kind: "untag"; tag: string };

export interface WorkResult {
  event_id: string;
  result: "changed" | "same" | "refused";
  version: number;
  state: string;
  why?: string | null;
  hint?: string | null;
}

export interface Histogram {
  start: string;
  step_seconds: number;
  bars: { informational?: number; low: number; medium: number; high: number; critical: number }[];
  /** For each bar, where enough went before it. */
  expected?: ({ mean: number; low: number; high: number; unusual: boolean } | null)[] | null;
}

export interface Facets {
  total: number;
  facets: { field: string; values: { value: string; count: number }[] }[];
  histogram: Histogram;
}

export interface FilterWords {
  keys: { key: string; help: string; values: string[] }[];
}

export interface Overview {
  since: string | null;
  until: string | null;
  now: string;
  empty: boolean;
  new_events: { total: number; by_severity: Record<string, number> };
  open_events: number;
  unassigned: number;
  events_per_hour: Histogram;
  verdicts: { tested: JudgedShare; stated: JudgedShare };
  techniques: { id: string; n: number }[];
  targets: { target: string; n: number }[];
  campaigns: { id: string; name: string; thread: { event: string }[]; last_seen: string }[];
  sources: { n: number; silent: string[]; tables: { table: string; newest: string; silent: boolean }[] };
  /** Told to who sees all records. */
  lake?: { rows: number; bytes: number };
}

export interface CaseTask {
  number: number;
  title: string;
  assignee: string | null;
  due_at: string | null;
  done: [string, string] | null;
}

export interface CaseRequest {
  number: number;
  to: string;
  question: string;
  asked_at: string;
  asked_by: string;
  due_at: string | null;
  answer: { text: string; at: string; by: string } | null;
}

export interface CaseItem {
  kind: string;
  value: string;
  note: string;
  added_at: string;
  added_by: string;
}

export interface Case {
  id: string;
  number: number;
  version: number;
  title: string;
  description: string;
  severity: string;
  owner: string | null;
  due_at: string | null;
  tlp: string;
  opened_at: string;
  opened_by: string;
  closed: { at: string; by: string; outcome: string; reason: string } | null;
  tasks: CaseTask[];
  requests: CaseRequest[];
  items: CaseItem[];
  n_notes: number;
}

export interface CaseMoment {
  at: string;
  kind: string;
  about: string;
  by: string | null;
  what: string;
}

export interface SearchAnswer {
  understood: { kind: string; value: string } | null;
  hits: { kind: string; id: string; title: string; detail: string }[];
}

/** What somebody may see. */
export interface Scope {
  /** Null is all, also those that come later. */
  datasets: string[] | null;
  ceiling: string;
}

export interface User {
  id: string;
  name: string;
  role: string;
  scope: Scope;
  /** `invited`, `active` or `disabled`. */
  state: string;
  seen_at: string | null;
  second_factor: boolean;
}

export interface Key {
  id: string;
  name: string;
  person: string;
  role: string;
  scope: Scope;
  made_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  used_at: string | null;
}

export interface AuditItem {
  number: number;
  at: string;
  by: string;
  action: string;
  subject: string;
  detail: unknown;
}
