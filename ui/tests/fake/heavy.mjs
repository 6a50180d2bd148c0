// Invented answers for the screens on campaigns, ATT&CK, actors, detectors, indicators, rules, sources and SQL.
import { columnFromArray, int64, tableFromColumns, tableToIPC, timestamp, utf8 } from "@uwdata/flechette";
import { HOSTILE } from "./data.mjs";

const DAY = Date.UTC(2026, 0, 5);
const at = (minutes) => new Date(DAY + minutes * 60_000).toISOString();
const [img, script, bidi, url, invisible, control] = HOSTILE;

const shared = [
  { kind: "domain", value: bidi, events: 2, bits: 6.8 },
  { kind: "url", value: url, events: 2, bits: 3.1 },
];

const item = {
  id: "campaign--1",
  name: `amber ${img}`,
  first_seen: at(0),
  last_seen: at(900),
  n_events: 2,
  severity: "high",
  hosts: [script, invisible],
  techniques: ["T1071.001"],
  tactics: ["command-and-control"],
  shared,
  because: [img],
  unless: [script],
};

const plainItem = {
  ...item,
  id: "campaign--150e0cfe-8f0a-57c5-85bf-7415b9c97418",
  name: "cream trellis 150e",
  n_events: 14,
  hosts: ["10.50.0.11"],
};

const row = (id, minutes) => ({
  id,
  severity: "high",
  title: `${img} beacons to ${bidi}`,
  first_seen: at(minutes),
  last_seen: at(minutes + 10),
  techniques: ["T1071.001"],
  target: script,
  indicator: url,
  state: "new",
});

const campaign = {
  campaign: {
    ...item,
    n_plantable: 1,
    thread: [
      { event: "event--1", at: at(0), after: null },
      {
        event: "event--2",
        at: at(60),
        after: {
          event: "event--1",
          bits: 2.1,
          is_firm: false,
          decided: false,
          reasons: [
            { what: `domain ${bidi}`, bits: 6.8, forgeable: false },
            { what: control, bits: -4, forgeable: true },
          ],
        },
      },
    ],
  },
  events: [row("event--1", 0), row("event--2", 60)],
  changes: [{ changed_at: at(100), change: "began", events: ["event--1", "event--2"] }],
  decisions: [
    {
      number: 1,
      decision: { decision: "join", events: ["event--1", "event--2"] },
      given_at: at(120),
      given_by: script,
      reason: img,
      revoked_at: null,
    },
  ],
};

const graph = {
  nodes: [img, script, bidi, url, control].map((label, i) => ({
    id: `n${i}`,
    kind: ["event", "ip", "domain", "url", "host"][i],
    label,
    x: Math.cos(i),
    y: Math.sin(i),
    size: 10 - i,
  })),
  edges: [
    { from: "n0", to: "n1", label: "target", weight: 1 },
    { from: "n0", to: "n2", label: script, weight: 3 },
    { from: "n2", to: "n3", label: "resolved to", weight: 2 },
  ],
};

const attribution = {
  hypotheses: [
    { group: null, name: "nobody in our list", aliases: [], probability: 0.56, words: "likely" },
    { group: "G0007", name: "APT28", aliases: [img], probability: 0.2, words: "unlikely" },
  ],
  matrix: [
    {
      item: img,
      kind: "software",
      bits: [0, -1.2],
      diagnosticity: 1.2,
      without: ["nobody in our list", 0.5],
    },
  ],
  unused: [bidi],
  verdict: "Unknown: the evidence names nobody.",
};

const techniques = Array.from({ length: 12 }, (_, i) => ({
  id: i % 3 === 2 ? `T100${i - 1}.001` : `T100${i}`,
  name: `Technique number ${i} with a long name`,
  n_events: i % 4,
  n_rules: i % 3,
  visibility: i % 5 === 0 ? null : i / 12,
  detectors: i % 2 ? ["beaconing"] : [],
  gap: null,
}));

const TACTICS = ["Reconnaissance", "Initial Access", "Execution", "Exfiltration"];
const matrix = {
  version: "18.1",
  tactics: TACTICS.map((name, i) => ({
    id: `TA000${i}`,
    shortname: name.toLowerCase(),
    name,
    techniques: techniques.slice(i),
  })),
};

const technique = {
  id: "T1000",
  name: "Technique number 0",
  analytics: [
    {
      id: "AN0001",
      strategy: "DET0001",
      platforms: ["Linux"],
      share: 0.5,
      log_sources: [
        {
          name: "auditd:SYSCALL",
          data_component: "Process Creation",
          state: "absent",
          share: 0,
          tables: [],
          records: 0,
          missing_events: [],
        },
      ],
    },
  ],
};

const actors = [
  {
    id: "G0007",
    name: "APT28",
    aliases: ["Fancy Bear", img],
    n_techniques: 12,
    n_software: 2,
    n_met: 3,
  },
];
const actor = { ...actors[0], techniques, software: [["S0002", script]] };

const detectors = [
  {
    name: "beaconing",
    version: "1",
    finds: "Hosts that contact a place at near-constant intervals.",
    null_hypothesis: "The contacts are no more regular than people make them.",
    innocent: [img],
    techniques: ["T1071.001"],
    parameters: [
      { name: "contacts_min", value: 6, because: "five gaps are the fewest that can show a rhythm" },
    ],
    n_findings: 2,
    n_raised: 1,
    n_leads: 1,
    n_events: 1,
    rate_is_shown: true,
    doubts: [],
    judged: {
      n_judged: 4,
      n_false: 1,
      n_benign: 1,
      false_share: { value: 0.25, low: 0.05, high: 0.7, n: 4 },
    },
  },
];

const pValues = {
  since: at(0),
  until: null,
  datasets: [img],
  n_windows: 28,
  n_tests: 860,
  n_untold: 40,
  goes_on: false,
  bins: Array.from({ length: 20 }, (_, i) => ({ low: i / 20, high: (i + 1) / 20, n: i === 0 ? 60 : 40 })),
  even: { expected: 41, low: 24, high: 61 },
  null_share: 0.98,
  tail: [0.1, 0.01, 0.001].map((at_most) => ({
    at_most,
    n: Math.round(at_most * 900),
    expected: at_most * 820,
  })),
  shape: "even",
  quantiles: [0, 1e-9, 0.0001, 0.001, 0.003].map((p, i) => {
    const expected = (i + 1) / 821;
    return { rank: i + 1, p, expected, low: expected / 20, high: expected * 4 };
  }),
  windows: [{ end: at(0), n_tests: 30, n_small: 15 }],
};

const finding = {
  id: "finding--1",
  detector: "beaconing",
  subject: { kind: "ip", value: "10.0.0.1" },
  object: { kind: "domain", value: bidi },
  first_seen: at(0),
  last_seen: at(600),
  n_records: 200,
  score: 0.9,
  p_value: 1e-9,
  q_value: 0.001,
  because: img,
  unless: script,
  labels: [],
};

const points = Array.from({ length: 48 }, (_, i) => ({
  at: at(i * 60),
  n: 100 + (i % 24) * 10 + (i === 30 ? 900 : 0),
  low: 60 + (i % 24) * 9,
  high: 140 + (i % 24) * 11,
  unusual: i === 30,
}));

const view = (value) => ({
  kind: "domain",
  value,
  score: 74,
  because: [img],
  claims: [
    {
      source: script,
      confidence: 80,
      tlp: "AMBER",
      malware: img,
      actor: null,
      labels: [control],
      first_seen: at(0),
      last_seen: at(60),
      valid_from: at(0),
      valid_until: null,
      revoked: false,
      reference: url,
      score: { now: 74, base: 80, seen_at: at(0), decays_at: at(9000), model: "names", standing: "active" },
    },
  ],
  warnings: [[img, 0.5]],
  verdicts: [{ given_at: at(10), judgement: "false_positive", given_by: script, reason: img }],
  n_sightings: 1,
  sightings: [{ dataset: "default", subject: bidi, first_seen: at(0), last_seen: at(5), records: 3 }],
  curve: [0, 1, 2, 3].map((i) => ({ at: at(i * 1000), score: 80 - i * 20 })),
  threshold: 20,
  now: at(1500),
});

const rule = {
  id: "rule-1",
  title: img,
  level: "high",
  status: "test",
  state: "noisy",
  why: script,
  file: bidi,
  techniques: ["T1083"],
  n_findings: 120,
};
const match = { record_id: "r1", table: "http_requests", observed_at: at(1), host: bidi, raw: script };

const source = {
  name: "connections",
  dataset: bidi,
  tables: ["connections"],
  n_sources: 3,
  rows: 1000,
  first: at(0),
  last: at(60),
  lag_seconds: 90_000,
};
const reject = {
  source: bidi,
  position: 12,
  reason: "bad_json",
  detail: img,
  size: 90,
  bytes_text: `${script}\n${control}`,
};

/** Rows of SQL with everything that hurts: markup, direction marks, controls, integers beyond 2^53, an empty value. */
function answerOfSql(body) {
  if (body.sql.includes("boom")) {
    return {
      status: 400,
      title: 'no column "boom"',
      detail: "",
      hint: "did you mean room?",
      code: "bad_sql",
    };
  }
  const n = 3000;
  const isMap = body.sql.includes("AS country");
  const isContacts = body.sql.includes("tls_sessions");
  const table = isMap
    ? tableFromColumns({
        country: columnFromArray(["DE", "US", "T1"], utf8()),
        middle: columnFromArray([script, "b.example", bidi], utf8()),
        target: columnFromArray(["answered", "refused", img], utf8()),
        n: columnFromArray([5n, 3n, 1n], int64()),
      })
    : tableFromColumns({
        observed_at: columnFromArray(
          Array.from({ length: n }, (_, i) => DAY + i * (isContacts ? 60_000 : 1000)),
          timestamp(1),
        ),
        bytes: columnFromArray(
          Array.from({ length: n }, (_, i) => 9_007_199_254_740_993n + BigInt(i)),
          int64(),
        ),
        name: columnFromArray(
          Array.from({ length: n }, (_, i) => (i % 11 === 10 ? null : HOSTILE[i % HOSTILE.length])),
          utf8(),
        ),
      });
  return tableToIPC(table, { format: "stream" });
}

const list = (items) => () => ({ items, next: null });

/** Method, pattern and answer, as `server.mjs` has them. */
export const HEAVY = [
  [
    "GET",
    /^\/campaigns$/,
    (world) => ({
      items: world.empty
        ? []
        : [item, plainItem].map((one) => ({ ...one, probability: 0.31, words: "unlikely" })),
      next: null,
    }),
  ],
  ["GET", /^\/campaigns\/(campaign--1)\/graph$/, () => graph],
  ["GET", /^\/campaigns\/(campaign--1)\/attribution$/, () => attribution],
  ["POST", /^\/campaigns\/decisions$/, () => ({ number: 2 })],
  ["DELETE", /^\/campaigns\/decisions\/(\d+)$/, () => undefined],
  ["GET", /^\/campaigns\/(campaign--1)$/, () => campaign],
  ["GET", /^\/attack\/matrix$/, () => matrix],
  ["GET", /^\/attack\/techniques\/([^/]+)$/, () => ({ technique, events: [] })],
  ["GET", /^\/actors$/, list(actors)],
  ["GET", /^\/actors\/([^/]+)$/, () => actor],
  ["GET", /^\/detectors$/, list(detectors)],
  ["GET", /^\/detectors\/([^/]+)\/p-values$/, () => pValues],
  ["GET", /^\/findings$/, list([finding])],
  [
    "GET",
    /^\/sources\/incidents$/,
    () => ({
      items: ["silent", "rejects", "fewer"].map((kind) => ({
        kind,
        table: kind === "rejects" ? "quarantine" : "connections",
        dataset: bidi,
        since: at(0),
        until: null,
        p_value: 0.0001,
        says: img,
      })),
      n_sources: 4,
      n_young: 1,
      from: at(0),
      until: at(60),
    }),
  ],
  ["GET", /^\/series$/, () => ({ points })],
  [
    "POST",
    /^\/indicators\/lookup$/,
    (_world, { body }) => ({
      items: body.text
        .split("\n")
        .map((asked) => ({ asked, found: asked.includes("unknown") ? [] : [view(asked)] })),
    }),
  ],
  [
    "POST",
    /^\/indicators\/sweep$/,
    (_world, { body }) => ({
      items: [
        {
          kind: "domain",
          value: body.text.split("\n")[0],
          first_seen: at(0),
          last_seen: at(60),
          records: 1200,
          n_hosts: 9,
          hosts: [script, bidi, "10.0.0.1"],
          also: [img],
          because: img,
          evidence: [],
        },
      ],
      n_values: 1,
      refused: [script],
      n_left_out: 3,
      stopped_at: at(30),
    }),
  ],
  ["POST", /^\/indicators\/verdict$/, () => ({})],
  ["GET", /^\/rules$/, list([rule])],
  ["GET", /^\/rules\/([^/]+)$/, () => ({ ...rule, text: `title: ${bidi}\ndetection: {}\n` })],
  [
    "POST",
    /^\/rules\/check$/,
    () => ({ problems: [{ line: 2, column: 1, code: "empty", message: img, hint: script, warning: false }] }),
  ],
  ["POST", /^\/rules\/test$/, () => ({ n: 1, matches: [match], per_day: points.slice(0, 3) })],
  ["GET", /^\/sources$/, list([source])],
  ["GET", /^\/quarantine$/, list([reject])],
  [
    "GET",
    /^\/schema$/,
    () => ({
      tables: [
        {
          name: "connections",
          description: "One connection.",
          columns: [{ name: "src_ip", type: "text", description: "Who opened it." }],
          n_rows: 3000,
        },
      ],
    }),
  ],
  ["POST", /^\/sql\/explain$/, () => ({ plan: `Projection: ${img}\n  TableScan: connections` })],
];

export const sql = answerOfSql;
