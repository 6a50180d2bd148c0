// What the server answers on campaigns, ATT&CK, detectors, indicators, rules and sources.
import { queryOptions } from "@tanstack/react-query";
import type { Net } from "../graph/model";
import { get, type Query } from "./client";
import type { components } from "./generated";

type Forms = components["schemas"];

/** An event as lists show it. */
export type EventRow = Forms["Row"];
export type Reason = Forms["Reason"];
export type Step = Forms["Step"];
export type Shared = Forms["SharedThing"];
export type CampaignItem = Forms["Campaign"];
/** A campaign that a group of ATT&CK may be behind. */
export type SuspectedCampaign = CampaignItem & Required<Pick<CampaignItem, "probability" | "words">>;
export type CampaignAnswer = Forms["CampaignAnswer"];
export type Change = Forms["CampaignChange"];
export type Decision = Forms["CampaignDecision"];
export type Hypothesis = Forms["Hypothesis"];
export type Evidence = Forms["Evidence"];
export type Attribution = Forms["Attribution"];
/** A technique of the matrix; what stands for several of them may be unknown in part. */
export type Technique = Omit<Forms["MatrixTechnique"], "visibility" | "gap"> & {
  visibility: number | null;
  gap?: boolean | null;
};
export type Tactic = Omit<Forms["MatrixTactic"], "techniques"> & { techniques: Technique[] };
export type Matrix = Omit<Forms["Matrix"], "tactics"> & { tactics: Tactic[] };
export type LogSource = Forms["LogSourceSeen"];
export type Sight = Forms["TechniqueSeen"];
export type TechniqueAnswer = Forms["TechniqueAnswer"];
export type ActorItem = Forms["Actor"];
export type ActorAnswer = Forms["ActorAnswer"];
export type Detector = Forms["Detector"];
/** A dataset in which p-values are small too often for the null hypothesis to be right. */
export type Doubt = Forms["Doubt"];
/** What people found events to be; nobody chose these events at random. */
export type JudgedShare = Forms["JudgedShare"];
export type PValues = Forms["PValues"];
export type Entity = Forms["Entity"];
export type Finding = Forms["Finding"];
export type SeriesPoint = Forms["Point"];
export type Claim = Forms["Claim"];
export type IndicatorView = Forms["Indicator"];
/** Where a value stands in the records. */
export type Sighting = Forms["SweptValue"];
export type Swept = Forms["Swept"];
export type LookedUp = Forms["Looked"];
export type Rule = Forms["Rule"];
export type RuleAnswer = Forms["RuleAnswer"];
export type RuleProblem = Forms["RuleProblem"];
export type Match = Forms["RuleMatch"];
export type Tested = Forms["RuleMatches"];
/** Something about the data that somebody should look at. */
export type Incident = Forms["Incident"];
export type Incidents = Forms["Incidents"];
export type Source = Forms["Source"];
export type Reject = Forms["Reject"];

/** Kinds that a mail program or a browser would make a link of: they are shown defanged. */
const LIVE: ReadonlySet<string> = new Set(["domain", "url", "ip", "address", "host_name", "email"]);
export const isLive = (kind: string): boolean => LIVE.has(kind);

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
