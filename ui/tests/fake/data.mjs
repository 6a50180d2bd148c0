// Invented events, cases and people: some quiet, some as hostile as a log can be. The same at every run.

/** Small generator with a seed, so that a picture looks the same tomorrow. */
function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

const START = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;

/** Texts that try to run, hide, reorder or overflow. One stands in every field of the hostile event. */
export const HOSTILE = [
  '<img src=x onerror="window.hacked=1">',
  "<script>window.hacked=1</script>",
  "invoice\u202Efdp.exe",
  "javascript:window.hacked=1",
  "admin\u200B\u200D.example",
  "a\u0000b\u001B[31mred\u0007",
  "{{constructor.constructor('window.hacked=1')()}}",
  `${"W".repeat(300)}.example`,
  "\u2066hidden\u2069 line\nbreak\tand tab",
  "'; DROP TABLE events; --",
];

const KINDS = [
  [
    "command_and_control",
    "T1071.001",
    "command-and-control",
    (a, b) => `${a} beacons to ${b} every 85 s (TLS)`,
    "beaconing",
  ],
  ["reconnaissance", "T1046", "actions-on-objectives", (a, b) => `${a} scans ${b}`, "scan"],
  [
    "credential_access",
    "T1110.003",
    "actions-on-objectives",
    (a, b) => `${a} is attacked with passwords from ${b}`,
    "password_attack",
  ],
  [
    "exfiltration",
    "T1048.003",
    "actions-on-objectives",
    (a, b) => `${a} sends 1.2 GB to ${b} by night`,
    "data_exfiltration",
  ],
  [
    "initial_access",
    "T1566.001",
    "delivery",
    (a, b) => `mail with a web page from ${b} to ${a}`,
    "mail_anomaly",
  ],
  [
    "known_infrastructure",
    "T1071",
    "command-and-control",
    (a, b) => `${a} contacted ${b}, listed as loader`,
    "indicator",
  ],
  ["impact", "T1499", "actions-on-objectives", (a) => `${a}: unusual volume`, "volume_anomaly"],
  [
    "lateral_movement",
    "T1021.002",
    "actions-on-objectives",
    (a, b) => `${a} opens shares on many hosts, first ${b}`,
    "lateral_movement",
  ],
];
const STATES = ["new", "new", "new", "new", "triaged", "confirmed", "false_positive", "benign_true_positive"];
const VERDICTS = {
  confirmed: "true_positive",
  false_positive: "false_positive",
  benign_true_positive: "benign_true_positive",
};
const PEOPLE = ["ann", "bob", "chidi", null, null, null];

const hex = (n, width) => n.toString(16).padStart(width, "0");

export function makeEvents(n) {
  const next = random(7);
  const pick = (list) => list[Math.floor(next() * list.length)];
  return Array.from({ length: n }, (_, index) => {
    const [category, technique, tactic, title, detector] = pick(KINDS);
    const target = `10.${Math.floor(next() * 60)}.${Math.floor(next() * 4)}.${Math.floor(next() * 250) + 1}`;
    const indicator =
      next() < 0.5
        ? `update.${pick(["nortafy", "velmont", "panoze", "kridolo", "xegiban"])}${Math.floor(next() * 90)}.example`
        : `198.51.100.${Math.floor(next() * 250)}`;
    const first = START + Math.floor(next() * 20 * HOUR);
    const state = pick(STATES);
    const roll = next();
    return {
      id: `event--${hex(Math.floor(next() * 4294967296), 8)}-f459-59d4-b4b4-${hex(index, 12)}`,
      severity: roll < 0.04 ? "critical" : roll < 0.2 ? "high" : roll < 0.65 ? "medium" : "low",
      confidence: Math.floor(15 + next() * 84),
      category,
      title: title(target, indicator),
      dataset: next() < 0.85 ? "default" : "branch-office",
      tlp: pick(["AMBER+STRICT", "AMBER", "GREEN", "CLEAR"]),
      first_seen: new Date(first).toISOString(),
      last_seen: new Date(first + Math.floor(next() * 3 * HOUR)).toISOString(),
      techniques: [technique],
      tactics: [tactic],
      target,
      indicator,
      q_value: next() < 0.4 ? null : 0.05 * next() ** 6,
      n_records: Math.floor(1 + next() ** 4 * 90_000),
      state,
      assignee: pick(PEOPLE),
      verdict: VERDICTS[state] ?? "open",
      tags: next() < 0.12 ? [pick(["follow-up", "quarter-end", "red-team"])] : [],
      n_comments: next() < 0.1 ? 1 : 0,
      campaign: next() < 0.2 ? "campaign--150e0cfe-8f0a-57c5-85bf-7415b9c97418" : null,
      detector,
    };
  });
}

/** The event whose every text was written by an enemy. */
export function hostileEvent() {
  return {
    ...makeEvents(1)[0],
    id: "event--00000bad-f459-59d4-b4b4-4397f8d25bff",
    severity: "critical",
    confidence: 99,
    state: "new",
    verdict: "open",
    assignee: HOSTILE[1],
    title: `${HOSTILE[0]} ${HOSTILE[2]}`,
    target: HOSTILE[2],
    indicator: HOSTILE[7],
    tags: [HOSTILE[3], HOSTILE[4]],
    dataset: "default",
    first_seen: new Date(START + 23 * HOUR).toISOString(),
    last_seen: new Date(START + 23.5 * HOUR).toISOString(),
  };
}

const STATISTICS = [
  ["period_s", 84.92451975],
  ["jitter", 0.08376810544165608],
  ["n_beats", 211],
  ["n_missed", 20],
  ["regularity", 20.1],
  ["n_hosts", 1],
  ["persistence", 0.66],
  ["p_timing", 1.2556767628671963e-54],
];

/** Everything about one event, in the shape of `GET /events/{id}`. */
export function detail(row, rows, work) {
  const bad = row.id.startsWith("event--00000bad");
  const h = (index, otherwise) => (bad ? HOSTILE[index % HOSTILE.length] : otherwise);
  const finding = {
    id: "finding--860275b1-f104-5e67-bd76-26d14419cb21",
    detector: row.detector ?? "beaconing",
    detector_version: "1",
    dataset: row.dataset,
    subject: { kind: "ip", value: row.target },
    object: { kind: "domain", value: row.indicator },
    also: [{ kind: "ip", value: "198.51.100.17" }],
    window: { start: "2026-01-05T00:00:00Z", end: "2026-01-06T00:00:00Z" },
    first_seen: row.first_seen,
    last_seen: row.last_seen,
    n_records: 219,
    score: 75.8,
    p_value: 0.00045,
    q_value: 0.0206,
    null_hypothesis:
      "The contacts are no more regular than people or bursty programs make them, or they are what ordinary software of this organisation does.",
    confidence: 95,
    techniques: row.techniques,
    labels: [h(5, "command and control")],
    because: h(
      0,
      `${row.target} contacted ${row.indicator} 211 times, every 85 s with a jitter of 8 % (20 missed); no other host here contacts it.`,
    ),
    unless: h(
      8,
      "Someone knows the program behind it: a license check or a script of one's own calls at intervals as well.",
    ),
    statistics: STATISTICS,
    tlp: row.tlp,
    query: "SELECT * FROM tls_sessions WHERE src_ip = '10.8.0.3' LIMIT 50",
  };
  const claim = {
    ...finding,
    id: "finding--11bb9c7a-0835-5caa-9598-54bec9802da4",
    detector: "indicator",
    detector_version: "3",
    p_value: null,
    q_value: null,
    null_hypothesis: null,
    confidence: 75,
    score: 75,
    statistics: [
      ["n_tls", 38],
      ["n_dns", 21],
    ],
    because: h(
      1,
      `${row.target} opened TLS sessions to ${row.indicator} 38 times and asked for it 21 times; "Sim Feed" lists it as command and control with confidence 75.`,
    ),
  };
  return {
    event: {
      id: row.id,
      dataset: row.dataset,
      category: row.category,
      title: row.title,
      description: h(
        0,
        `Host ${row.target} contacted ${row.indicator} over TLS about every 85 s, in at least ${row.n_records} records, the way software does that waits for orders. We know it from 7 findings: periodic beacon (p = 4.5e-4, q = 0.021) and a list that names the other side as command and control (confidence 75), trusted to ${row.confidence} of 100.`,
      ),
      severity: row.severity,
      severity_because: h(
        6,
        "If true, malware that is known by name is being steered from outside on this target.",
      ),
      confidence: row.confidence,
      first_seen: row.first_seen,
      last_seen: row.last_seen,
      techniques: [
        {
          id: "T1071.001",
          name: h(1, "Web Protocols"),
          confidence: 95,
          findings: [finding.id],
          tactics: ["command-and-control"],
        },
        {
          id: "T1573",
          name: "Encrypted Channel",
          confidence: 95,
          findings: [finding.id],
          tactics: ["command-and-control"],
        },
        {
          id: "T1071",
          name: "Application Layer Protocol",
          confidence: 75,
          findings: [claim.id],
          tactics: ["command-and-control"],
        },
      ],
      attack_version: "18.1",
      tactics: ["command-and-control"],
      phases: ["command-and-control"],
      diamond: {
        adversary: { values: bad ? [HOSTILE[2]] : [], confidence: bad ? 10 : 0 },
        capability: { values: [h(0, "command and control")], confidence: 75 },
        infrastructure: { values: [row.indicator, "198.51.100.17", "198.51.100.18"], confidence: 99 },
        victim: { values: [row.target], confidence: 99 },
        result: "unknown",
        direction: "victim_to_infrastructure",
        methodology: h(4, "periodic beacon; contact with something listed as malicious"),
        resources: [h(6, "a registered name"), "software that runs on the target"],
      },
      targets: [{ kind: "ip", value: row.target }],
      indicators: [
        ["domain", row.indicator],
        ["ip", "198.51.100.17"],
      ],
      p_value: 0.00045,
      q_value: row.q_value,
      n_records: row.n_records,
      findings: [finding.id, claim.id],
      detectors: ["beaconing@1", "indicator@3"],
      evidence: [{ record_id: "57f007b9e2d8eddc-000000000299f08b", table: "tls_sessions" }],
      because: [claim.because, finding.because],
      unless: [
        h(
          8,
          "The name is a shared service, a sinkhole or has been cleaned since it was listed, or a security tool looked it up.",
        ),
        finding.unless,
      ],
      next_steps: [
        "Look at the first records: SELECT * FROM dns_queries WHERE record_id IN ('4b9b440e58e4a750-00000000040c0e64')",
        h(
          0,
          `See who else met it: SELECT src_ip, count(*) AS n_records FROM tls_sessions WHERE server_name = '${row.indicator}' GROUP BY src_ip LIMIT 50`,
        ),
        `Ask who uses ${row.target} which program makes this contact, before anything is changed.`,
        `If nobody can explain it: preserve memory and disk of ${row.target}, then isolate it.`,
      ],
      labels: [h(9, "command and control")],
      tlp: row.tlp,
    },
    work,
    verdicts: [],
    duplicates: [],
    parts: [],
    cases: [
      { id: "case--1c02f513-7f26-5718-a888-f753d766e697", number: 1, title: h(0, "Beacons to nortafy") },
    ],
    campaign: row.campaign ? { id: row.campaign, name: "cream trellis 150e", score: 6.8 } : null,
    findings: [finding, claim],
    known_as: null,
    related: rows
      .filter((other) => other.target === row.target || other.indicator === row.indicator)
      .slice(0, 8),
  };
}

export function evidence(row) {
  const bad = row.id.startsWith("event--00000bad");
  return {
    rows: Array.from({ length: 24 }, (_, index) => ({
      record_id: `57f007b9e2d8eddc-${hex(index * 1000, 16)}`,
      table: index % 3 === 0 ? "dns_queries" : "tls_sessions",
      observed_at: new Date(Date.parse(row.first_seen) + index * 85_000 + (index % 5) * 3_000).toISOString(),
      columns: Object.entries({
        uid: "C3ufwOJP8IAsY1iMMy",
        src_ip: row.target,
        src_port: "53879",
        dst_ip: "198.51.100.17",
        dst_port: "443",
        server_name: row.indicator,
        subject: bad ? HOSTILE[index % HOSTILE.length] : `CN=${row.indicator}`,
        ja4: "t12d140700_5c07821bc88f_998221864698",
      }).map(([name, value]) => ({ name, value })),
      raw: `1767619861.5194\tC3ufwOJP8IAsY1iMMy\t${row.target}\t53880\t198.51.100.17\t443\tTLSv12\t${bad ? HOSTILE[index % HOSTILE.length] : row.indicator}`,
      source: "zeek/2026-01-05/ssl.log",
    })),
    n_missed: 0,
    n_missing: 0,
  };
}

export const cases = [
  {
    id: "case--1c02f513-7f26-5718-a888-f753d766e697",
    number: 1,
    version: 6,
    title: "Beacons to nortafy",
    description: "Three hosts of the second floor call out; the proxy team was asked.",
    severity: "critical",
    owner: "ann",
    due_at: "2026-01-07T12:00:00Z",
    tlp: "AMBER+STRICT",
    opened_at: "2026-01-05T15:57:05Z",
    opened_by: "ann",
    closed: null,
    tasks: [
      { number: 1, title: "Image the host", assignee: "bob", due_at: "2026-01-06T12:00:00Z", done: null },
      { number: 2, title: HOSTILE[0], assignee: null, due_at: null, done: ["2026-01-05T17:00:00Z", "bob"] },
    ],
    requests: [
      {
        number: 1,
        to: "network",
        question: "Whose is 10.8.0.3?",
        asked_at: "2026-01-05T16:00:00Z",
        asked_by: "ann",
        due_at: null,
        answer: null,
      },
    ],
    items: [
      {
        kind: "indicator",
        value: "domain:update.nortafy7.example",
        note: "from the mail",
        added_at: "2026-01-05T15:59:00Z",
        added_by: "ann",
      },
    ],
    n_notes: 1,
  },
  {
    id: "case--2c02f513-7f26-5718-a888-f753d766e697",
    number: 2,
    version: 2,
    title: HOSTILE[2],
    description: HOSTILE[1],
    severity: "medium",
    owner: null,
    due_at: null,
    tlp: "GREEN",
    opened_at: "2026-01-05T18:57:05Z",
    opened_by: "bob",
    closed: null,
    tasks: [],
    requests: [],
    items: [],
    n_notes: 0,
  },
];

export const timeline = [
  {
    at: "2026-01-05T13:31:01Z",
    kind: "event",
    about: "event--x",
    by: null,
    what: "10.8.0.3 beacons to update.nortafy7.example every 85 s (critical)",
  },
  { at: "2026-01-05T15:57:05Z", kind: "case", about: "case--1", by: "ann", what: "opened" },
  {
    at: "2026-01-05T16:02:00Z",
    kind: "case",
    about: "case--1",
    by: "ann",
    what: `note: they called back ${HOSTILE[2]}`,
  },
];

export const users = [
  {
    id: "user--1",
    name: "ann",
    role: "admin",
    scope: { datasets: null, ceiling: "RED" },
    state: "active",
    seen_at: "2026-01-06T09:00:00Z",
    second_factor: true,
  },
  {
    id: "user--2",
    name: "bob",
    role: "analyst",
    scope: { datasets: ["default"], ceiling: "AMBER" },
    state: "active",
    seen_at: "2026-01-05T17:20:00Z",
    second_factor: false,
  },
  {
    id: "user--3",
    name: HOSTILE[2],
    role: "viewer",
    scope: { datasets: ["branch-office"], ceiling: "GREEN" },
    state: "disabled",
    seen_at: null,
    second_factor: false,
  },
];

export const keys = [
  {
    id: "e82245cdcfa2",
    name: "notebook",
    person: "bob",
    role: "data_scientist",
    scope: { datasets: ["default"], ceiling: "AMBER" },
    made_at: "2026-01-01T00:00:00Z",
    expires_at: "2026-04-01T00:00:00Z",
    revoked_at: null,
    used_at: "2026-01-05T12:00:00Z",
  },
];

export const audit = Array.from({ length: 130 }, (_, index) => ({
  number: 130 - index,
  at: new Date(START + (130 - index) * 600_000).toISOString(),
  by: ["ann", "bob", "key k7f3a"][index % 3],
  action: ["sign_in", "work_on_events", "sql", "export", "invite_user"][index % 5],
  subject: index === 3 ? HOSTILE[2] : `event--${hex(index, 8)}`,
  detail: { address: "127.0.0.1", n: index },
}));

export const PERMISSIONS = [
  "read_events",
  "read_telemetry",
  "read_rules",
  "read_sources",
  "save_queries",
  "make_keys",
  "work_on_events",
  "manage_cases",
  "write_rules",
  "run_sql",
  "export",
  "manage_people",
  "read_audit",
  "read_configuration",
  "manage_content",
];
export { START };

const nobody = { n_judged: 0, n_false: 0, n_benign: 0, false_share: null };
const some = {
  n_judged: 12,
  n_false: 1,
  n_benign: 2,
  false_share: { value: 0.083, low: 0.015, high: 0.35, n: 12 },
};
export const verdicts = { tested: some, stated: nobody };

const detector = (name, n_raised, n_leads, more) => ({
  name,
  finds: "What a detector finds.",
  null_hypothesis: "Nothing is there.",
  techniques: [],
  parameters: [],
  innocent: [],
  n_findings: n_raised + n_leads,
  n_raised,
  n_leads,
  n_events: n_raised,
  rate_is_shown: true,
  doubts: [],
  judged: nobody,
  ...more,
});
const doubt = {
  dataset: "office",
  since: "2026-01-03T00:00:00Z",
  until: null,
  e_value: 240,
  says: "p-values are small too often",
};
export const detectors = [
  detector("beaconing", 12, 40, { judged: some }),
  detector("scan", 31, 12, { doubts: [doubt] }),
  detector("indicator", 20, 0, { rate_is_shown: false, null_hypothesis: null }),
];
