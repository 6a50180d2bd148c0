// The screens on hunting, campaigns, ATT&CK and the like, in a real browser: `npm run build && node --test tests/heavy.spec.mjs`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { start } from "./fake/server.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Characters that hide or reorder text, each of which the fake server sends. */
const DECEPTIVE = ["\u202e", "\u2066", "\u200b", "\u200d", "\u001b", "\u0007"];

const SCREENS = {
  hunt: "/hunt",
  campaigns: "/campaigns",
  "campaign, thread": "/campaigns/campaign--1",
  "campaign, graph": "/campaigns/campaign--1?tab=graph",
  "campaign, actor": "/campaigns/campaign--1?tab=actor",
  "campaign, decisions": "/campaigns/campaign--1?tab=decisions",
  "ATT&CK": "/attack?layer=visibility&sel=T1000&sub=all",
  actors: "/actors",
  actor: "/actors/G0007",
  behaviours: "/behaviours",
  behaviour: "/behaviours/beaconing",
  indicator: "/indicators?q=evil.example",
  indicators: "/indicators?q=evil.example+unknown.example",
  map: "/map",
  rules: "/rules",
  rule: "/rules/rule-1",
  sources: "/sources",
  rejects: "/sources?tab=rejects",
};

let fake;
let browser;

before(async () => {
  fake = await start({ n: 10 });
  browser = await chromium.launch({
    executablePath: process.env.MARGAY_CHROMIUM ?? "/usr/bin/chromium",
    // Graphs need WebGL, which a machine without a graphics card draws by itself.
    args: ["--no-sandbox", "--enable-unsafe-swiftshader", "--use-angle=swiftshader"],
  });
});

after(async () => {
  await browser?.close();
  await fake?.stop();
});

/** A page that notes what must never happen: errors, requests to elsewhere, dialogs. */
async function open(path, { scheme = "dark", width = 1440 } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(fake.address) && !/^(data|blob):/.test(url)) faults.push(`asked ${url}`);
  });
  await page.goto(fake.address + path);
  await page.waitForLoadState("networkidle");
  return { page, faults, close: () => context.close() };
}

async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate((tags) => globalThis.axe.run({ runOnly: tags }), TAGS);
  return found.violations.map((one) => `${one.impact} ${one.id}: ${one.nodes[0]?.html.slice(0, 160)}`);
}

for (const [name, path] of Object.entries(SCREENS)) {
  for (const scheme of ["dark", "light"]) {
    test(`${name}, ${scheme}: shows hostile texts without harm, and to everybody`, async () => {
      const { page, faults, close } = await open(path, { scheme });
      assert.deepEqual(await violations(page), []);
      assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
      assert.equal(await page.locator("main img:not(.cm-widgetBuffer), main script").count(), 0);
      const text = await page.locator("main").innerText();
      assert.deepEqual(
        DECEPTIVE.filter((character) => text.includes(character)),
        [],
      );
      assert.deepEqual(faults, []);
      await close();
    });
  }
}

for (const width of [1280, 320]) {
  test(`nothing is wider than the window at ${width}`, async () => {
    for (const path of Object.values(SCREENS)) {
      const { page, close } = await open(path, { width });
      const over = await page.evaluate(() => {
        const content = document.querySelector("main");
        return Math.max(
          document.documentElement.scrollWidth - innerWidth,
          (content?.scrollWidth ?? 0) - (content?.clientWidth ?? 0),
        );
      });
      assert.ok(over <= 0, `${path} is ${over} px too wide at ${width}`);
      await close();
    }
  });
}

test("a query runs by keyboard, its rows are walked and copied, and its chart says what it shows", async () => {
  const { page, faults, close } = await open("/hunt");
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+Enter");
  await page.getByText("3\u202f000 rows ·").waitFor();
  const grid = page.getByRole("grid");
  await grid.focus();
  assert.equal(await grid.getAttribute("aria-rowcount"), "3001");
  for (const key of ["j", "j", "ArrowRight"]) await page.keyboard.press(key);
  const cell = await grid.getAttribute("aria-activedescendant");
  assert.equal(cell, "cell-2-1");
  assert.equal(await page.locator(`#${cell}`).innerText(), "9007199254740995");
  await page.keyboard.press("End");
  assert.equal(await grid.getAttribute("aria-activedescendant"), "cell-2999-2");
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Only rows with this" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Chart" }).click();
  await page.getByRole("img", { name: /points in 8 series/ }).waitFor();
  await page.getByRole("button", { name: "Data", exact: true }).click();
  await page.getByText(/The first 500 of 2\u202f\d+ rows/).waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test("a query that is wrong is told where, with a hint, and the address keeps it", async () => {
  const { page, close } = await open("/hunt?q=SELECT%20boom");
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByRole("alert").getByText("did you mean room?").waitFor();
  await page.locator(".cm-lintRange-error", { hasText: "boom" }).waitFor();
  assert.match(page.url(), /q=SELECT/);
  await close();
});

test("only the rows that are seen are in the document", async () => {
  const { page, close } = await open("/hunt");
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByRole("grid").waitFor();
  assert.ok((await page.getByRole("row").count()) < 80);
  await close();
});

test("campaigns are split only with a reason, and decisions are taken back", async () => {
  const { page, close } = await open("/campaigns/campaign--1");
  await page.getByRole("checkbox").first().check();
  await page.getByRole("button", { name: /Take 1 event out/ }).click();
  const confirm = page.getByRole("dialog").getByRole("button", { name: "Take out" });
  assert.equal(await confirm.isDisabled(), true);
  await page.getByRole("textbox", { name: "Why" }).fill("our own test");
  await confirm.click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.ok(fake.world.requests.includes("POST /api/v1/campaigns/decisions"));
  await page.getByRole("tab", { name: "Decisions" }).click();
  await page.getByRole("button", { name: "Take back" }).click();
  await page.waitForLoadState("networkidle");
  assert.ok(fake.world.requests.includes("DELETE /api/v1/campaigns/decisions/1"));
  await close();
});

test("the graph has a twin of text, in which one goes on by keyboard", async () => {
  const { page, close } = await open("/campaigns/campaign--1?tab=graph");
  await page.locator("label", { hasText: "Table" }).click();
  const list = page.getByRole("list", { name: "Things, the largest first" });
  await list.getByRole("button").first().press("Enter");
  await page.getByText("touches 2 things").waitFor();
  await close();
});

test("the matrix is one stop of the keyboard, and arrows walk it", async () => {
  const { page, close } = await open("/attack");
  assert.equal(await page.locator("[data-at][tabindex='0']").count(), 1);
  await page.locator("[data-at='0-0']").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-at")), "1-1");
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: /Technique T/ }).waitFor();
  assert.match(page.url(), /sel=T/);
  await close();
});

test("who may not run SQL is told so, and nothing is asked", async () => {
  const kept = fake.world.permissions;
  fake.world.permissions = kept.filter((permission) => permission !== "run_sql");
  const before = fake.world.requests.length;
  for (const path of ["/hunt", "/map"]) {
    const { page, close } = await open(path);
    await page.getByText("run_sql").waitFor();
    await close();
  }
  assert.equal(
    fake.world.requests.slice(before).some((asked) => asked.includes("/sql")),
    false,
  );
  fake.world.permissions = kept;
});

test("a search of all records says where values are, and how far back it came", async () => {
  const { page, close } = await open(SCREENS.indicator);
  await page.getByRole("button", { name: "Look in all records" }).click();
  await page.getByText("Not all records were read").waitFor();
  assert.match(await page.getByText(/on 9 hosts/).textContent(), /and 6 more/);
  await close();
});

test("a detector shows its tests against chance, and says how to read them", async () => {
  const { page, close } = await open("/behaviours/beaconing");
  await page.getByText("What a healthy histogram looks like").waitFor();
  await page.getByText("860 tests in 28 windows; 40 of them are not in the plots").waitFor();
  await page.getByText("1 of 4", { exact: false }).first().waitFor();
  await close();
});

test("data incidents are told with what they are held against", async () => {
  const { page, close } = await open(SCREENS.sources);
  await page.getByRole("table", { name: "Data incidents" }).waitFor();
  await page.getByText("More rejects").waitFor();
  await close();
});
