// What the server answers, by the names that the screens use. The forms come from docs/reference/openapi.json.
import type { components } from "./generated";

type Forms = components["schemas"];

/** An event as lists show it: the columns of `GET /events`. */
export type Row = Forms["Row"];
export type Entity = Forms["Entity"];
export type Vertex = Forms["Vertex"];
export type Diamond = Forms["Diamond"];
export type TechniqueClaim = Forms["TechniqueClaim"];
export type ThreatEvent = Forms["ThreatEvent"];
export type Finding = Forms["Finding"];
export type Work = Forms["Work"];
export type EventAnswer = Forms["EventAnswer"];
export type EvidenceRow = Forms["EvidenceRow"];
export type HistoryLine = Forms["HistoryLine"];
/** One change of the work on events, of those that the page makes. */
export type EventChange = Extract<
  Forms["EventChange"],
  { kind: "state" | "verdict" | "assign" | "comment" | "tag" | "untag" }
>;
export type Judgement = Forms["Judgement"];
export type EventState = Forms["EventState"];
export type WorkResult = Forms["WorkResult"];
export type Histogram = Forms["Histogram"];
export type Facets = Forms["Facets"];
export type FilterWords = Forms["FilterWords"];
export type Overview = Forms["Overview"];
export type CaseTask = Forms["CaseTask"];
export type CaseRequest = Forms["CaseRequest"];
export type CaseItem = Forms["CaseItem"];
export type Case = Forms["Case"];
export type CaseMoment = Forms["CaseMoment"];
export type SearchAnswer = Forms["SearchAnswer"];
/** What somebody may see. */
export type Scope = Forms["Scope"];
export type User = Forms["Person"];
export type Key = Forms["Key"];
export type AuditItem = Forms["AuditLine"];
export type Role = Forms["Role"];
export type Session = Forms["SessionState"];
