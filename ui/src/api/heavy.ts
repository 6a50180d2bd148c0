// What the server answers on campaigns, ATT&CK, detectors, indicators, rules and sources.
import { queryOptions } from "@tanstack/react-query";
import type { Net } from "../graph/model";
import { get, type Query } from "./client";

export interface EventRow {
  id: string;
  severity: string;
  title: string;
  first_seen: string;
  last_seen: string;
  techniques: string[];
  target: string | null;
  indicator: string | null;
  state: string;
}

export interface Reason {
  what: string;
  bits: number;
  forgeable: boolean;
}

export interface Step {
  event: string;
  at: string;
  after: { event: string; bits: number; is_firm: boolean; decided: boolean; reasons: Reason[] } | null;
}

/** Kinds that a mail program or a browser would make a link of: they are shown defanged. */
const LIVE: ReadonlySet<string> = new Set(["domain", "url", "ip", "address", "host_name", "email"]);
export const isLive = (kind: string): boolean => LIVE.has(kind);

export interface Shared {
  kind: string;
  value: string;
  events: number;
  bits: number;
}

export interface CampaignItem {
  id: string;
  name: string;
  first_seen: string;
  last_seen: string;
  n_events: number;
  severity?: string;
  hosts?: string[];
  techniques?: string[];
  shared?: Shared[];
}

/** A campaign that a group of ATT&CK may be behind. */
export interface SuspectedCampaign extends CampaignItem {
  probability: number;
  /** Of ICD 203. */
  words: string;
}

export interface Campaign extends CampaignItem {
  shared: Shared[];
  because: string[];
  unless: string[];
  thread: Step[];
  n_plantable: number;
}

export interface Change {
  changed_at: string;
  change: string;
  events: string[];
}

export interface Decision {
  number: number;
  kind?: string;
  at?: string;
  decided_at?: string;
  by?: string;
  decided_by?: string;
  reason: string;
  events?: string[];
}

export interface CampaignAnswer {
  campaign: Campaign;
  events: EventRow[];
  changes: Change[];
  decisions: Decision[];
}

export interface Hypothesis {
  group: string | null;
  name: string;
  aliases: string[];
  probability: number;
  words: string;
}

export interface Evidence {
  item: string;
  kind: string;
  bits: number[];
  diagnosticity: number;
  without: [string, number];
}

export interface Attribution {
  hypotheses: Hypothesis[];
  matrix: Evidence[];
  unused: string[];
  verdict: string;
}

export interface Technique {
  id: string;
  name: string;
  n_events: number;
  n_rules: number;
  visibility: number | null;
  detectors: string[];
  gap?: number | boolean | null;
  /** By the actor that was asked for. */
  used?: boolean;
}

export interface Tactic {
  id: string;
  shortname: string;
  name: string;
  techniques: Technique[];
}

export interface Matrix {
  version: string;
  tactics: Tactic[];
}

export interface LogSource {
  name: string;
  data_component: string;
  state: string;
  share: number;
  tables: string[];
  records: number;
  missing_events: string[];
}

/** How one technique could be seen, by MITRE's analytics. */
export interface Sight {
  id: string;
  name: string;
  tactics?: string[];
  platforms?: string[];
  share?: number;
  analytics?: {
    id: string;
    strategy: string;
    platforms: string[];
    share: number;
    log_sources: LogSource[];
  }[];
}

export interface TechniqueAnswer {
  technique: Sight;
}

export interface ActorItem {
  id: string;
  name: string;
  aliases: string[];
  n_techniques: number;
  n_software: number;
  n_met: number;
}

export interface ActorAnswer extends ActorItem {
  techniques: Technique[];
  /** Id and name. */
  software: [string, string][];
}

export interface Detector {
  name: string;
  version: string;
  finds: string;
  null_hypothesis: string | null;
  techniques: string[];
  parameters: { name: string; value: number; because: string }[];
  innocent: string[];
  n_findings: number;
  n_raised: number;
  n_leads: number;
  n_events: number;
  rate_is_shown: boolean;
  doubts: Doubt[];
  judged: JudgedShare;
}

/** A dataset in which p-values are small too often for the null hypothesis to be right. */
export interface Doubt {
  dataset: string;
  since: string;
  /** When the stream ended, where that is past. */
  until: string | null;
  e_value: number;
  says: string;
}

/** What people found events to be; nobody chose these events at random. */
export interface JudgedShare {
  n_judged: number;
  n_false: number;
  n_benign: number;
  /** With its 95 % interval. */
  false_share: { value: number; low: number; high: number; n: number } | null;
}

export interface PValues {
  since: string | null;
  until: string | null;
  datasets: string[];
  n_windows: number;
  n_tests: number;
  /** Tests of windows that were judged before it was kept how p-values lie. */
  n_untold: number;
  goes_on: boolean;
  bins: { low: number; high: number; n: number }[];
  even: { expected: number; low: number; high: number } | null;
  null_share: number | null;
  tail: { at_most: number; n: number; expected: number }[];
  shape: "too_few" | "even" | "careful" | "leaning";
  quantiles: { rank: number; p: number; expected: number; low: number; high: number }[];
  windows: { end: string; n_tests: number; n_small: number }[];
}

export interface Entity {
  kind: string;
  value: string;
}

export interface Finding {
  id: string;
  detector: string;
  subject: Entity;
  object: Entity | null;
  first_seen: string;
  last_seen: string;
  n_records: number;
  score: number;
  p_value: number | null;
  q_value: number | null;
  because: string;
  unless: string;
  /** `lead` where the evidence hints at it and does not carry it. */
  labels: string[];
  evidence?: { table: string; record_id: string }[];
}

export interface SeriesPoint {
  at: string;
  n: number;
  low: number | null;
  high: number | null;
  unusual: boolean;
}

export interface Claim {
  source: string;
  confidence: number;
  tlp: string;
  malware: string | null;
  actor: string | null;
  labels: string[];
  first_seen: string | null;
  last_seen: string | null;
  valid_from: string | null;
  valid_until: string | null;
  revoked: boolean;
  reference: string | null;
  score: {
    now: number;
    base: number;
    seen_at: string;
    decays_at: string | null;
    model: string;
    standing: string;
  };
}

export interface IndicatorView {
  kind: string;
  value: string;
  score: number;
  because: string[];
  claims: Claim[];
  warnings: [string, number][];
  verdicts: { given_at: string; judgement: string; given_by: string; reason: string }[];
  n_sightings: number;
  sightings: { dataset: string; subject: string; first_seen: string; last_seen: string; records: number }[];
  /** From when the oldest of what stands was last seen until nothing counts any more. */
  curve: { at: string; score: number }[];
  threshold: number | null;
  now: string;
}

/** Where a value stands in the records. */
export interface Sighting {
  kind: string;
  value: string;
  first_seen: string;
  last_seen: string;
  records: number;
  n_hosts: number;
  /** The first of them. */
  hosts: string[];
  also: string[];
  because: string;
  evidence: { table: string; record_id: string }[];
}

export interface Swept {
  items: Sighting[];
  n_values: number;
  refused: string[];
  n_left_out: number;
  /** Where it was stopped: records before it were not looked at. */
  stopped_at: string | null;
}

export interface LookedUp {
  asked: string;
  found: IndicatorView[];
}

export interface Rule {
  id: string;
  title: string;
  level: string;
  status: string | null;
  state: string;
  why: string | null;
  file: string;
  from?: string;
  techniques: string[];
  n_findings?: number;
  n_matches?: number;
}

export interface RuleProblem {
  line: number;
  column: number;
  code: string;
  message?: string;
  what?: string;
  hint?: string | null;
  warning?: boolean;
}

export interface Match {
  record_id: string;
  table: string;
  observed_at: string | null;
  host?: string | null;
  raw?: string | null;
}

export interface Tested {
  n: number;
  matches: Match[];
  per_day?: { at: string; n: number }[];
}

export interface Source {
  name: string;
  dataset: string;
  tables: string[];
  n_sources: number;
  rows: number;
  first: string | null;
  last: string | null;
  /** Since the newest record happened. */
  lag_seconds: number | null;
}

/** Something about the data that somebody should look at. */
export interface Incident {
  kind: "silent" | "rejects" | "fewer" | "more";
  table: string;
  dataset: string;
  since: string;
  until: string | null;
  /** How likely this is, or more, if all is as ever. */
  p_value: number;
  says: string;
}

export interface Incidents {
  items: Incident[];
  n_sources: number;
  /** Of these, with too little of a past for anything to be usual. */
  n_young: number;
  from: string | null;
  until: string | null;
}

export interface Reject {
  source: string;
  format?: string;
  position: number;
  reason: string;
  detail?: string | null;
  size: number;
  bytes_text: string;
}

/** Some lists come as they are and some in pages; the screens that ask here want the first page. */
export function list<T>(path: string, query: Query = {}) {
  return queryOptions({
    queryKey: ["list", path, query],
    queryFn: async ({ signal }) => {
      const answer = await get<T[] | { items: T[] }>(path, query, signal);
      return Array.isArray(answer) ? answer : answer.items;
    },
  });
}

export function one<T>(path: string, query: Query = {}) {
  return queryOptions({
    queryKey: ["one", path, query],
    queryFn: ({ signal }) => get<T>(path, query, signal),
  });
}

export const campaignPath = (id: string, part = "") => `/campaigns/${encodeURIComponent(id)}${part}`;
export const graphOf = (id: string) => one<Net>(campaignPath(id, "/graph"));
