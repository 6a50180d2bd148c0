// A stand-in for `margay serve`: the built page under the real policy, and invented answers. For tests of the page only.
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import {
  columnFromArray,
  dictionary,
  float64,
  int32,
  tableFromColumns,
  tableToIPC,
  utf8,
} from "@uwdata/flechette";
import * as data from "./data.mjs";
import { HEAVY, sql } from "./heavy.mjs";

const DIST = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist");
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".json": "application/json",
};
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const LEVELS = ["low", "medium", "high", "critical"];

class Refusal extends Error {
  constructor(status, code, title, more = {}) {
    super(title);
    Object.assign(this, { status, code, more });
  }
}

export function start({ port = 0, n = 5_000, signedIn = true, setUp = false, empty = false } = {}) {
  const rows = empty
    ? []
    : [data.hostileEvent(), ...data.makeEvents(n)].sort((a, b) => b.first_seen.localeCompare(a.first_seen));
  const world = {
    rows,
    byId: new Map(rows.map((row) => [row.id, row])),
    work: new Map(),
    history: new Map(),
    saved: [
      {
        name: "severe and new",
        question: { filter: { severity: "high", conditions: [{ asks: { state: ["new"] }, not: false }] } },
      },
    ],
    cases: empty ? [] : structuredClone(data.cases),
    users: structuredClone(data.users),
    keys: structuredClone(data.keys),
    person: signedIn ? "ann" : null,
    permissions: [...data.PERMISSIONS],
    needsSetUp: setUp,
    empty,
    streams: new Set(),
    failing: new Set(),
    requests: [],
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    world.requests.push(`${request.method} ${url.pathname}${url.search}`);
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      try {
        const text = Buffer.concat(chunks).toString();
        await answer(world, { request, response, url, body: text ? JSON.parse(text) : {} });
      } catch (error) {
        const status = error.status ?? 500;
        send(
          response,
          status,
          {
            type: "about:blank",
            title: error.message,
            status,
            code: error.code ?? "internal",
            detail: error.detail ?? "",
            hint: error.hint ?? "",
            request_id: "req-1",
            ...error.more,
          },
          { "content-type": "application/problem+json" },
        );
      }
    });
  });
  return new Promise((ready) => {
    server.listen(port, "127.0.0.1", () => {
      const address = `http://127.0.0.1:${server.address().port}`;
      ready({
        address,
        world,
        stop: () =>
          new Promise((done) => {
            for (const stream of world.streams) stream.end();
            server.closeAllConnections();
            server.close(done);
          }),
      });
    });
  });
}

function send(response, status, body, headers = {}) {
  response.writeHead(status, {
    "content-type": "application/json",
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    ...headers,
  });
  response.end(
    body === null ? "" : typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
  );
}

function file(response, path) {
  const wanted = normalize(join(DIST, path));
  const found =
    wanted.startsWith(DIST) && extname(wanted) && existsSync(wanted) ? wanted : join(DIST, "index.html");
  send(response, 200, readFileSync(found), {
    "content-type": TYPES[extname(found)] ?? "application/octet-stream",
  });
}

async function answer(world, context) {
  const { request, response, url } = context;
  if (!url.pathname.startsWith("/api/v1")) return file(response, url.pathname);
  const path = url.pathname.slice("/api/v1".length);
  if (world.failing.has(path)) throw new Refusal(503, "unavailable", "The lake does not answer", {});
  for (const [method, pattern, act] of ROUTES) {
    const match = request.method === method && pattern.exec(path);
    if (!match) continue;
    const open = path === "/session" || path === "/setup";
    if (!world.person && !open) throw new Refusal(401, "sign_in", "Nobody is signed in");
    const body = await act(world, {
      ...context,
      query: url.searchParams,
      parts: match.slice(1).map(decodeURIComponent),
    });
    if (body !== SENT) send(response, body === undefined ? 204 : 200, body ?? null);
    return;
  }
  throw new Refusal(404, "not_found", "There is no such thing");
}

const SENT = Symbol("sent");

function session(world) {
  return {
    person: { id: "user--1", name: world.person, role: "admin", kind: "person" },
    permissions: world.permissions,
    scope: { datasets: null, ceiling: "RED" },
    version: "0.1.0",
  };
}

/** The filter language, as far as tests need it. */
function matcher(text) {
  const tests = [];
  for (const match of (text ?? "").matchAll(/(-?)(?:([a-z]+):(=?))?("[^"]*"|\S+)/g)) {
    const [, minus, key, exact, raw] = match;
    const value = raw.replaceAll('"', "").toLowerCase();
    const test = key
      ? FIELDS[key]?.(value, exact)
      : (row) => `${row.title} ${row.target} ${row.indicator}`.toLowerCase().includes(value);
    if (!test)
      throw new Refusal(400, "bad_filter", `There is no word "${key}"`, {
        position: match.index,
        length: match[0].length,
        hint: "did you mean severity?",
      });
    tests.push(minus ? (row) => !test(row) : test);
  }
  return (row) => tests.every((test) => test(row));
}

const FIELDS = {
  severity: (value, exact) => (row) =>
    exact ? row.severity === value : LEVELS.indexOf(row.severity) >= LEVELS.indexOf(value),
  category: (value) => (row) => row.category === value,
  state: (value) => (row) => row.state === value,
  dataset: (value) => (row) => row.dataset === value,
  technique: (value) => (row) => row.techniques.some((id) => id.toLowerCase().startsWith(value)),
  tactic: (value) => (row) => row.tactics.includes(value),
  tag: (value) => (row) => row.tags.includes(value),
  assignee: (value) => (row) =>
    value === "none" ? !row.assignee : value === "me" ? row.assignee === "ann" : row.assignee === value,
  verdict: (value) => (row) => (value === "none" ? row.verdict === "open" : row.verdict === value),
  confidence: (value) => (row) => row.confidence > Number(value.replace(">", "")),
};

function chosen(world, query, without) {
  const words = (query.get("f") ?? "")
    .split(/\s+/)
    .filter((word) => !without || !word.replace(/^-/, "").startsWith(`${without}:`));
  const matches = matcher(words.join(" "));
  const [since, until] = [query.get("since"), query.get("until")];
  return world.rows.filter(
    (row) => (!since || row.last_seen >= since) && (!until || row.first_seen < until) && matches(row),
  );
}

function events(world, { request, response, query }) {
  const rows = chosen(world, query);
  const from = Number(query.get("after") ?? 0);
  const limit = Math.min(Number(query.get("limit") ?? 200), 5_000);
  const page = rows.slice(from, from + limit);
  const next = from + limit < rows.length ? String(from + limit) : "";
  if (!(request.headers.accept ?? "").includes("arrow")) return { items: page, next: next || null };
  const word = () => dictionary(utf8());
  const types = {
    severity: word(),
    confidence: int32(),
    category: word(),
    dataset: word(),
    tlp: word(),
    state: word(),
    verdict: word(),
    assignee: word(),

    q_value: float64(),
    n_records: int32(),
    n_comments: int32(),
  };
  const names = [
    "id",
    "severity",
    "confidence",
    "category",
    "title",
    "dataset",
    "tlp",
    "first_seen",
    "last_seen",
    "techniques",
    "tactics",
    "target",
    "indicator",
    "q_value",
    "n_records",
    "state",
    "assignee",
    "verdict",
    "tags",
    "n_comments",
    "campaign",
  ];
  const table = tableFromColumns(
    names.map((name) => [
      name,
      columnFromArray(
        page.map((row) => (Array.isArray(row[name]) ? row[name].join(" ") : row[name])),
        types[name] ?? utf8(),
      ),
    ]),
  );
  send(response, 200, tableToIPC(table, { format: "stream" }), {
    "content-type": "application/vnd.apache.arrow.stream",
    "x-next": next,
  });
  return SENT;
}

function count(rows, values) {
  const counts = new Map();
  for (const row of rows) for (const value of values(row)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, n]) => ({ value, count: n }))
    .sort((a, b) => b.count - a.count)
    .slice(0, 12);
}

function histogram(rows) {
  const bars = Array.from({ length: 24 }, () => ({ low: 0, medium: 0, high: 0, critical: 0 }));
  for (const row of rows) {
    const bar = bars[Math.floor((Date.parse(row.first_seen) - data.START) / 3_600_000)];
    if (bar) bar[row.severity] += 1;
  }
  const usual = rows.length / 24;
  const expected = bars.map((_, hour) => ({
    low: usual * (0.6 + 0.2 * Math.sin(hour / 4)),
    high: usual * (1.15 + 0.2 * Math.sin(hour / 4)),
  }));
  return { start: new Date(data.START).toISOString(), step_seconds: 3600, bars, expected };
}

function facets(world, { query }) {
  const fields = {
    severity: (row) => [row.severity],
    state: (row) => [row.state],
    category: (row) => [row.category],
    technique: (row) => row.techniques,
    dataset: (row) => [row.dataset],
    assignee: (row) => [row.assignee ?? "none"],
    tag: (row) => row.tags,
  };
  const rows = chosen(world, query);
  return {
    total: rows.length,
    facets: Object.entries(fields).map(([field, values]) => ({
      field,
      values: count(chosen(world, query, field), values),
    })),
    histogram: histogram(rows),
  };
}

function rowOf(world, id) {
  const row = world.byId.get(id) ?? world.rows.find((candidate) => candidate.id.startsWith(`event--${id}`));
  if (!row) throw new Refusal(404, "not_found", "There is no such event");
  return row;
}

function workOf(world, row) {
  return (
    world.work.get(row.id) ?? {
      version: 0,
      state: row.state,
      verdict: row.verdict,
      reason: "",
      assignee: row.assignee,
      tags: row.tags,
      parent: null,
      duplicate_of: null,
      n_comments: row.n_comments,
    }
  );
}

const STATE_OF = {
  true_positive: "confirmed",
  false_positive: "false_positive",
  benign_true_positive: "benign_true_positive",
  open: "triaged",
};

function work(world, { body }) {
  if (!world.permissions.includes("work_on_events"))
    throw new Refusal(403, "forbidden", "Your role may not do this");
  const meant = body.ids ? body.ids.map((id) => rowOf(world, id)) : world.rows.filter(matcher(body.f));
  const { change } = body;
  const results = meant.map((row) => {
    const now = { ...workOf(world, row) };
    const before = { state: now.state, verdict: now.verdict };
    if (change.kind === "verdict")
      Object.assign(now, {
        verdict: change.judgement,
        state: STATE_OF[change.judgement],
        reason: change.reason,
      });
    if (change.kind === "state") Object.assign(now, { state: change.to, reason: change.reason });
    if (change.kind === "assign") now.assignee = change.to;
    if (change.kind === "tag") now.tags = [...new Set([...now.tags, change.tag])];
    if (change.kind === "untag") now.tags = now.tags.filter((tag) => tag !== change.tag);
    if (change.kind === "comment") now.n_comments += 1;
    now.version += 1;
    if (!body.dry_run) {
      world.work.set(row.id, now);
      Object.assign(row, {
        state: now.state,
        verdict: now.verdict,
        assignee: now.assignee,
        tags: now.tags,
        n_comments: now.n_comments,
      });
      const lines = world.history.get(row.id) ?? [];
      lines.push({
        subject: row.id,
        number: now.version,
        changed_at: new Date(data.START + lines.length * 1000).toISOString(),
        changed_by: world.person,
        change: change.kind,
        before,
        after: change.text ?? { state: now.state, verdict: now.verdict },
        reason: change.reason ?? "",
      });
      world.history.set(row.id, lines);
    }
    return {
      event_id: row.id,
      result: "changed",
      version: now.version,
      state: now.state,
      why: null,
      hint: null,
    };
  });
  return { results };
}

/** With a band for all bars but the first few. */
function begun(rows) {
  const drawn = histogram(rows);
  const expected = drawn.bars.map((_, i) =>
    i < 8 ? null : { mean: 6, low: 2, high: 14, unusual: i % 11 === 0 },
  );
  return { ...drawn, expected };
}

function overview(world) {
  const rows = world.rows;
  const bySeverity = Object.fromEntries(
    LEVELS.map((level) => [level, rows.filter((row) => row.severity === level).length]),
  );
  return {
    since: "2026-01-05T00:00:00Z",
    now: "2026-01-06T00:00:00Z",
    empty: world.empty,
    new_events: { total: rows.length, by_severity: bySeverity },
    open_events: rows.filter((row) => ["new", "triaged", "confirmed"].includes(row.state)).length,
    unassigned: rows.filter((row) => !row.assignee).length,
    events_per_hour: begun(rows),
    verdicts: data.verdicts,
    techniques: count(rows, (row) => row.techniques).map(({ value, count: n }) => ({ id: value, n })),
    targets: count(rows, (row) => [row.target]).map(({ value, count: n }) => ({ target: value, n })),
    campaigns: world.empty
      ? []
      : [
          {
            id: "campaign--150e0cfe-8f0a-57c5-85bf-7415b9c97418",
            name: "cream trellis 150e",
            thread: Array.from({ length: 14 }, () => ({ event: "event--x" })),
            last_seen: "2026-01-05T19:35:41Z",
            severity: "critical",
          },
          {
            id: "campaign--250e0cfe",
            name: data.HOSTILE[2],
            thread: [{ event: "event--x" }, { event: "event--y" }],
            last_seen: "2026-01-05T12:35:41Z",
            severity: "high",
          },
        ],
    sources: world.empty
      ? { n: 0, silent: [], tables: [] }
      : {
          n: 120,
          silent: ["dns_queries"],
          tables: [
            { table: "connections", newest: "2026-01-05T23:00:00Z", silent: false },
            { table: "dns_queries", newest: "2026-01-05T09:00:00Z", silent: true },
          ],
        },
    lake: { rows: world.empty ? 0 : 2_310_372, bytes: world.empty ? 0 : 184_000_000 },
  };
}

function caseOf(world, name) {
  const found = world.cases.find((one) => one.id === name || String(one.number) === name);
  if (!found) throw new Refusal(404, "not_found", "There is no such case");
  return found;
}

function workOnCase(world, { parts, body }) {
  const one = caseOf(world, parts[0]);
  const { change } = body;
  const at = "2026-01-06T00:00:00Z";
  if (change.kind === "add_task")
    one.tasks.push({
      number: one.tasks.length + 1,
      title: change.title,
      assignee: change.assignee ?? null,
      due_at: null,
      done: null,
    });
  if (change.kind === "do_task")
    one.tasks.find((task) => task.number === change.number).done = change.done ? [at, world.person] : null;
  if (change.kind === "ask")
    one.requests.push({
      number: one.requests.length + 1,
      to: change.to,
      question: change.question,
      asked_at: at,
      asked_by: world.person,
      due_at: null,
      answer: null,
    });
  if (change.kind === "answer")
    one.requests.find((ask) => ask.number === change.number).answer = {
      text: change.text,
      at,
      by: world.person,
    };
  if (change.kind === "note") one.n_notes += 1;
  if (change.kind === "owner") one.owner = change.to;
  if (change.kind === "add_item")
    one.items.push({
      kind: change.item_kind,
      value: change.value,
      note: change.note ?? "",
      added_at: at,
      added_by: world.person,
    });
  if (change.kind === "close")
    one.closed = { at, by: world.person, outcome: change.outcome, reason: change.reason };
  if (change.kind === "reopen") one.closed = null;
  one.version += 1;
  return { case: one };
}

function stream(world, { response }) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write("event: heartbeat\ndata: {}\n\n");
  world.streams.add(response);
  response.on("close", () => world.streams.delete(response));
  return SENT;
}

/** Tells every open page of new events. */
export function announce(world, n) {
  for (const open of world.streams)
    open.write(`event: events\ndata: ${JSON.stringify({ n, latest: "2026-01-06T00:00:00Z" })}\n\n`);
}

const ROUTES = [
  ...HEAVY,
  [
    "POST",
    /^\/sql$/,
    (_world, { body, response }) => {
      const answer = sql(body);
      if (!(answer instanceof Uint8Array))
        throw new Refusal(answer.status, answer.code, answer.title, answer);
      const type = { "content-type": "application/vnd.apache.arrow.stream", "x-query-id": "query-1" };
      send(response, 200, answer, type);
      return SENT;
    },
  ],
  [
    "GET",
    /^\/session$/,
    (world) => {
      if (!world.person) throw new Refusal(401, "sign_in", "Nobody is signed in");
      return session(world);
    },
  ],
  [
    "POST",
    /^\/session$/,
    (world, { body }) => {
      if (body.password !== "correct horse battery")
        throw new Refusal(401, "bad_credentials", "Name or password is wrong");
      if (body.name === "totp" && body.code !== "123456")
        throw new Refusal(401, "second_factor", "A code is needed");
      world.person = body.name;
      return session(world);
    },
  ],
  [
    "DELETE",
    /^\/session$/,
    (world) => {
      world.person = null;
    },
  ],
  ["GET", /^\/setup$/, (world) => ({ needed: world.needsSetUp })],
  [
    "POST",
    /^\/setup$/,
    (world, { body }) => {
      if (body.token !== "good")
        throw new Refusal(400, "bad_token", "This link is not valid any more", {
          hint: "`margay serve` prints a new one.",
        });
      world.needsSetUp = false;
      world.person = body.name;
      return session(world);
    },
  ],
  ["GET", /^\/events$/, events],
  ["GET", /^\/events\/facets$/, facets],
  [
    "GET",
    /^\/events\/words$/,
    () => ({
      keys: [
        { key: "severity", help: "that severe or more", values: LEVELS },
        {
          key: "state",
          help: "where the work stands",
          values: [
            "new",
            "triaged",
            "confirmed",
            "false_positive",
            "benign_true_positive",
            "duplicate",
            "closed",
          ],
        },
        {
          key: "category",
          help: "what sort of event",
          values: ["command_and_control", "reconnaissance", "exfiltration"],
        },
        { key: "technique", help: "ATT&CK technique", values: ["T1071.001", "T1046"] },
        { key: "assignee", help: "who has it", values: ["me", "none", "ann", "bob"] },
        { key: "dataset", help: "which data", values: ["default", "branch-office"] },
        { key: "tag", help: "a tag", values: ["follow-up"] },
        {
          key: "verdict",
          help: "what it turned out to be",
          values: ["none", "true_positive", "false_positive"],
        },
        { key: "confidence", help: "more than, as in >50", values: [] },
      ],
    }),
  ],
  ["POST", /^\/events\/work$/, work],
  [
    "GET",
    /^\/events\/([^/]+)$/,
    (world, { parts }) => {
      const row = rowOf(world, parts[0]);
      return data.detail(row, world.rows, workOf(world, row));
    },
  ],
  ["GET", /^\/events\/([^/]+)\/evidence$/, (world, { parts }) => data.evidence(rowOf(world, parts[0]))],
  [
    "GET",
    /^\/events\/([^/]+)\/history$/,
    (world, { parts }) => ({ items: world.history.get(rowOf(world, parts[0]).id) ?? [] }),
  ],
  [
    "GET",
    /^\/events\/([^/]+)\/stix$/,
    (world, { parts }) => ({
      type: "bundle",
      id: `bundle--${randomUUID()}`,
      objects: [{ type: "report", name: rowOf(world, parts[0]).title }],
    }),
  ],
  ["GET", /^\/overview$/, overview],
  ["GET", /^\/detectors$/, () => ({ items: data.detectors, next: null })],
  ["GET", /^\/stream$/, stream],
  ["GET", /^\/queries$/, (world) => ({ items: world.saved })],
  [
    "POST",
    /^\/queries$/,
    (world, { body }) => {
      const query = { name: body.name, question: { filter: { containing: body.f } } };
      world.saved.push(query);
      return { query, n_answers: 0 };
    },
  ],
  [
    "DELETE",
    /^\/queries\/(.+)$/,
    (world, { parts }) => {
      world.saved = world.saved.filter((one) => one.name !== parts[0]);
    },
  ],
  [
    "GET",
    /^\/campaigns$/,
    () => ({
      items: [
        {
          id: "campaign--150e0cfe-8f0a-57c5-85bf-7415b9c97418",
          name: "cream trellis 150e",
          first_seen: "2026-01-05T02:55:21Z",
          last_seen: "2026-01-05T19:35:41Z",
          thread: Array.from({ length: 14 }, () => ({ event: "event--x" })),
        },
      ],
    }),
  ],
  [
    "GET",
    /^\/campaigns\/([^/]+)$/,
    (world) => ({
      campaign: {
        id: "campaign--150e0cfe-8f0a-57c5-85bf-7415b9c97418",
        name: "cream trellis 150e",
        first_seen: "2026-01-05T02:55:21Z",
        last_seen: "2026-01-05T19:35:41Z",
        because: ["14 of 14 events have domain update.nortafy7.example, worth 6.8 bits a pair."],
        unless: ["It is not one campaign if what its events share is used by others too."],
        shared: [],
        thread: [],
      },
      events: world.rows.filter((row) => row.campaign).slice(0, 14),
      changes: [],
      decisions: [],
    }),
  ],
  [
    "GET",
    /^\/search$/,
    (world, { query }) => {
      const q = (query.get("q") ?? "").toLowerCase();
      const ip = /^\d+\.\d+\.\d+\.\d+$/.test(q);
      return {
        understood: ip ? { kind: "ip", value: q } : null,
        hits: world.rows
          .filter((row) => row.title.toLowerCase().includes(q))
          .slice(0, 6)
          .map((row) => ({ kind: "event", id: row.id, title: row.title, detail: row.severity })),
      };
    },
  ],
  [
    "GET",
    /^\/cases$/,
    (world, { query }) => ({
      items: world.cases.filter((one) =>
        query.get("state") === "all" ? true : (query.get("state") === "closed") === Boolean(one.closed),
      ),
    }),
  ],
  [
    "POST",
    /^\/cases$/,
    (world, { body }) => {
      const one = {
        id: `case--${randomUUID()}`,
        number: world.cases.length + 1,
        version: 1,
        title: body.title,
        description: body.description ?? "",
        severity: body.severity ?? "medium",
        owner: world.person,
        due_at: null,
        tlp: "AMBER",
        opened_at: "2026-01-06T00:00:00Z",
        opened_by: world.person,
        closed: null,
        tasks: [],
        requests: [],
        items: (body.events ?? []).map((value) => ({
          kind: "event",
          value,
          note: "",
          added_at: "2026-01-06T00:00:00Z",
          added_by: world.person,
        })),
        n_notes: 0,
      };
      world.cases.push(one);
      return one;
    },
  ],
  [
    "GET",
    /^\/cases\/([^/]+)$/,
    (world, { parts }) => {
      const one = caseOf(world, parts[0]);
      return { case: one, events: world.rows.slice(0, 3), history: [] };
    },
  ],
  ["GET", /^\/cases\/([^/]+)\/timeline$/, () => ({ items: data.timeline })],
  ["POST", /^\/cases\/([^/]+)\/work$/, workOnCase],
  ["GET", /^\/users$/, (world) => ({ items: world.users })],
  [
    "POST",
    /^\/users$/,
    (world, { body: { datasets, ceiling, ...body } }) => {
      const user = {
        id: `user--${world.users.length + 1}`,
        state: "invited",
        seen_at: null,
        second_factor: false,
        scope: { datasets, ceiling },
        ...body,
      };
      world.users.push(user);
      return { user, link: "/setup#good" };
    },
  ],
  [
    "PATCH",
    /^\/users\/([^/]+)$/,
    (world, { parts, body }) =>
      Object.assign(
        world.users.find((user) => user.id === parts[0]),
        body,
      ),
  ],
  [
    "DELETE",
    /^\/users\/([^/]+)$/,
    (world, { parts }) => {
      world.users = world.users.filter((user) => user.id !== parts[0]);
    },
  ],
  ["GET", /^\/keys$/, (world) => ({ items: world.keys })],
  [
    "POST",
    /^\/keys$/,
    (world, { body: { datasets, ceiling, ...body } }) => {
      const key = {
        id: "k9b1c",
        person: world.person,
        scope: { datasets, ceiling },
        made_at: "2026-01-06T00:00:00Z",
        expires_at: "2026-04-06T00:00:00Z",
        revoked_at: null,
        used_at: null,
        ...body,
      };
      world.keys.push(key);
      return { key, secret: "mgy_k9b1c_d2hhdCBpcyBzaG93biBvbmNlIG9ubHk" };
    },
  ],
  [
    "DELETE",
    /^\/keys\/([^/]+)$/,
    (world, { parts }) => {
      world.keys = world.keys.filter((key) => key.id !== parts[0]);
    },
  ],
  [
    "GET",
    /^\/audit$/,
    (_world, { query }) => {
      const from = Number(query.get("after") ?? 0);
      const items = data.audit.filter(
        (item) =>
          (!query.get("by") || item.by === query.get("by")) &&
          (!query.get("action") || item.action === query.get("action")),
      );
      return {
        items: items.slice(from, from + 50),
        next: from + 50 < items.length ? String(from + 50) : null,
      };
    },
  ],
  [
    "GET",
    /^\/audit\/verify$/,
    () => ({ report: { n_lines: 130, n_problems: 0, problems: [] }, whole: true }),
  ],
  [
    "GET",
    /^\/me\/sessions$/,
    () => ({
      items: [
        {
          id: "s1",
          began_at: "2026-01-06T08:00:00Z",
          seen_at: "2026-01-06T09:00:00Z",
          address: "127.0.0.1",
          agent: data.HOSTILE[0],
          current: true,
        },
        {
          id: "s2",
          began_at: "2026-01-05T08:00:00Z",
          seen_at: "2026-01-05T09:00:00Z",
          address: "10.0.0.5",
          agent: "Firefox",
          current: false,
        },
      ],
    }),
  ],
  ["DELETE", /^\/me\/sessions\/(.+)$/, () => undefined],
  ["POST", /^\/me\/password$/, () => undefined],
  [
    "POST",
    /^\/me\/totp$/,
    () => ({
      secret: "JBSWY3DPEHPK3PXP",
      uri: "otpauth://totp/Margay:ann?secret=JBSWY3DPEHPK3PXP&issuer=Margay",
    }),
  ],
  ["POST", /^\/me\/totp\/confirm$/, () => ({ recovery_codes: ["aaaa-bbbb", "cccc-dddd"] })],
];

const runDirectly = process.argv[1] === fileURLToPath(import.meta.url);
if (runDirectly) {
  const { address } = await start({
    port: Number(process.env.PORT ?? 7777),
    n: Number(process.env.N ?? 5_000),
    signedIn: !process.env.SIGNED_OUT,
    empty: Boolean(process.env.EMPTY),
  });
  process.stdout.write(`${address}\n`);
}
