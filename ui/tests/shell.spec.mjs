// Overview, events, event, cases, reports, admin and the way in: each in a real browser, dark and light.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { axe, harmless, launch, open, settled } from "./browser.mjs";
import { HOSTILE } from "./fake/data.mjs";
import { announce, start } from "./fake/server.mjs";

const BAD = "event--00000bad-f459-59d4-b4b4-4397f8d25bff";
const SHOTS = new URL("./shots/", import.meta.url).pathname;

const SCREENS = {
  overview: "/",
  events: "/events",
  "events, filtered": "/events?f=severity:high+state:new",
  "events, none": "/events?f=nothing-is-called-so",
  "events, bad filter": "/events?f=sevrity:high",
  "events, beside": `/events?sel=${BAD}`,
  event: `/events/${BAD}`,
  "event, raw": `/events/${BAD}?evidence=raw`,
  cases: "/cases",
  "cases, closed": "/cases?state=closed",
  case: "/cases/1",
  reports: "/reports",
  "report of an event": `/reports/event/${BAD}`,
  "report of a campaign": "/reports/campaign/campaign--150e0cfe-8f0a-57c5-85bf-7415b9c97418",
  "report of a case": "/reports/case/1",
  "report of a period": "/reports/period/now",
  account: "/admin/me",
  users: "/admin/users",
  keys: "/admin/keys",
  audit: "/admin/audit",
  about: "/admin/about",
  nowhere: "/there-is-no-such-page",
  "no such event": "/events/event--ffffffff",
};

let fake;
let browser;

before(async () => {
  mkdirSync(SHOTS, { recursive: true });
  fake = await start({ n: 3_000 });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await fake?.stop();
});

for (const [name, path] of Object.entries(SCREENS)) {
  for (const scheme of ["dark", "light"]) {
    test(`${name} (${scheme}): nothing that axe objects to, nothing from elsewhere, nothing that runs`, async () => {
      const { page, faults, close } = await open(browser, fake.address, path, { scheme });
      await page.screenshot({ path: `${SHOTS}${name.replaceAll(/[ ,]+/g, "-")}-${scheme}.png` });
      assert.deepEqual(await axe(page), []);
      assert.equal(await page.evaluate(() => window.hacked), undefined);
      harmless(faults);
      await close();
    });
  }
}

test("what hides or reorders text is never drawn as such", async () => {
  for (const path of [
    `/events/${BAD}`,
    "/events",
    "/cases",
    "/cases/1",
    "/admin/users",
    "/admin/me",
    `/reports/event/${BAD}`,
    "/",
  ]) {
    const { page, close } = await open(browser, fake.address, path);
    const text = await page.evaluate(() => {
      const attributes = [...document.querySelectorAll("[title], [aria-label]")].map(
        (one) => one.title + (one.getAttribute("aria-label") ?? ""),
      );
      return document.body.innerText + document.title + attributes.join(" ");
    });
    for (const character of [
      "\u202e",
      "\u2066",
      "\u2069",
      "\u200b",
      "\u200d",
      "\u001b",
      "\u0007",
      "\u0000",
    ]) {
      assert.ok(!text.includes(character), `${path} shows ${JSON.stringify(character)} raw`);
    }
    await close();
  }
});

test("hostile texts are text: no element, no link, no handler comes of them", async () => {
  const { page, close } = await open(browser, fake.address, `/events/${BAD}`);
  assert.equal(await page.locator("img, iframe, object, embed").count(), 0);
  assert.equal(await page.locator('a[href^="javascript:"]').count(), 0);
  assert.equal(await page.locator("script").count(), await page.locator("head script").count());
  assert.ok((await page.innerText("body")).includes(HOSTILE[0]));
  await close();
});

test("work from the keyboard alone: find, open, judge, give a reason, take back, escalate", async () => {
  const { page, faults, close } = await open(browser, fake.address, "/");
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await page.waitForSelector("[role=grid]");
  await page.keyboard.press("/");
  await page.keyboard.type("severity:high state:new ");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.waitForURL(/f=severity%3Ahigh/);
  await settled(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(/sel=event--/);
  const id = new URL(page.url()).searchParams.get("sel");
  await page.keyboard.press("n");
  await page.waitForSelector("text=1 event: false positive");
  assert.equal(fake.world.work.get(id).state, "false_positive");
  await page.keyboard.press("2");
  await page.waitForFunction(() =>
    document.querySelector("button[data-on]")?.textContent?.includes("internal tool"),
  );
  assert.equal(fake.world.work.get(id).reason, "an internal tool");
  await page.keyboard.press("z");
  await page.waitForFunction(() => document.body.innerText.includes("1 event: false positive") || true);
  await page.keyboard.press("z");
  await page.waitForTimeout(300);
  assert.equal(fake.world.work.get(id).verdict, "open");
  await page.keyboard.press("Escape");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("e");
  await page.waitForSelector("role=dialog");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/cases\/\d+/);
  assert.equal(fake.world.cases.at(-1).items.length, 2);
  harmless(faults);
  await close();
});

test("the palette finds a pasted, defanged address, and goes anywhere", async () => {
  const { page, close } = await open(browser, fake.address, "/");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("198.51.100[.]7");
  await page.waitForSelector("[role=option] >> text=look it up");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/indicators\?q=198\.51\.100\.7/);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("audit");
  await page.keyboard.press("Escape");
  await page.waitForSelector("role=dialog", { state: "detached" });
  await close();
});

test("single keys do nothing while something is written, or where they are switched off", async () => {
  const { page, close } = await open(browser, fake.address, "/admin/me");
  await page.getByLabel("Single keys act").uncheck();
  await page.keyboard.press("?");
  assert.equal(await page.locator("role=dialog").count(), 0);
  await page.getByLabel("Single keys act").check();
  await page.getByLabel("Single keys act").blur();
  await page.keyboard.press("?");
  await page.waitForSelector("role=dialog");
  await close();
});

test("an address makes the same screen again", async () => {
  const path =
    "/events?f=severity%3Ahigh&t=2026-01-05T04%3A00%3A00Z..2026-01-05T08%3A00%3A00Z&cols=severity%2Ctitle&tz=local";
  const { page, close } = await open(browser, fake.address, path);
  const before = await page.innerText("main");
  await page.reload();
  await settled(page);
  assert.equal(await page.innerText("main"), before);
  assert.ok((await page.title()).startsWith("severity:high"));
  assert.equal(await page.locator("[role=columnheader]").count(), 3);
  await close();
});

test("facets put values in and out, Alt leaves out, and Back undoes it", async () => {
  const { page, close } = await open(browser, fake.address, "/events");
  const facet = page.locator("section[aria-label=state] button", { hasText: "confirmed" });
  await facet.click();
  await page.waitForURL(/f=state%3Aconfirmed/);
  await facet.click({ modifiers: ["Alt"] });
  await page.waitForURL(/f=-state%3Aconfirmed/);
  await page.goBack();
  await page.waitForURL(/f=state%3Aconfirmed/);
  await close();
});

test("new events wait until they are asked for", async () => {
  const { page, close } = await open(browser, fake.address, "/events");
  announce(fake.world, 14);
  await page.getByRole("button", { name: "14 new" }).click();
  await page.waitForSelector("text=14 new", { state: "detached" });
  await close();
});

test("copies are defanged, and exact where Shift is held", async () => {
  const { page, close } = await open(browser, fake.address, `/events/${fake.world.rows[1].id}`);
  const row = page.locator("tr", { hasText: "198.51.100[.]17" });
  const copy = row.getByRole("button").first();
  await copy.click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "198.51.100[.]17");
  await copy.click({ modifiers: ["Shift"] });
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "198.51.100.17");
  await close();
});

test("who may only look is offered nothing to do", async () => {
  const all = fake.world.permissions;
  fake.world.permissions = ["read_events"];
  const { page, close } = await open(browser, fake.address, `/events/${BAD}`);
  assert.equal(await page.getByRole("button", { name: "false positive" }).count(), 0);
  assert.equal(await page.getByRole("button", { name: "Export" }).count(), 0);
  await page.goto(`${fake.address}/admin/users`);
  await page.waitForSelector("text=This is not open to your role");
  fake.world.permissions = all;
  await close();
});

test("a server that fails is told with what to do, and asked again", async () => {
  fake.world.failing.add("/cases");
  const { page, close } = await open(browser, fake.address, "/reports");
  await page.goto(`${fake.address}/cases`);
  await page.waitForSelector("role=alert", { timeout: 20_000 });
  fake.world.failing.clear();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.waitForSelector("text=Beacons to nortafy");
  await close();
});

test("times and ids are never cut off", async () => {
  for (const path of ["/events", `/events/${BAD}`, "/cases", "/admin/audit"]) {
    for (const width of [1280, 1600]) {
      const { page, close } = await open(browser, fake.address, path, { width });
      const cut = await page.$$eval(
        "time",
        (times) =>
          times.filter((time) => {
            const cell = time.closest("[role=gridcell], td, li, dd, summary") ?? time;
            return (
              cell.matches("[role=gridcell]") &&
              time.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1
            );
          }).length,
      );
      assert.equal(cut, 0, `${path} at ${width}`);
      await close();
    }
  }
});

test("at 320 pixels details, cases and reports reflow", async () => {
  for (const path of [`/events/${BAD}`, "/cases/1", "/admin/me", "/", "/reports"]) {
    const { page, close } = await open(browser, fake.address, path, { width: 320 });
    const beyond = await page.evaluate(() => {
      const main = document.querySelector("main");
      return Math.max(
        document.documentElement.scrollWidth - window.innerWidth,
        main ? main.scrollWidth - main.clientWidth : 0,
      );
    });
    assert.ok(beyond <= 1, `${path} is ${beyond} pixels too wide`);
    await close();
  }
});

test("targets are at least 24 pixels, and focus is seen", async () => {
  for (const path of ["/", "/events", `/events/${BAD}`, "/cases/1", "/admin/users"]) {
    const { page, close } = await open(browser, fake.address, path);
    const small = await page.$$eval("button, [role=button], input:not([type=checkbox])", (all) =>
      all
        .filter((one) => one.checkVisibility() && !one.closest("[hidden]"))
        .map((one) => ({
          box: one.getBoundingClientRect(),
          name: one.textContent || one.getAttribute("aria-label"),
        }))
        .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
        .map(({ name, box }) => `${name} ${Math.round(box.width)}x${Math.round(box.height)}`),
    );
    assert.deepEqual(small, [], path);
    for (let stop = 0; stop < 24; stop += 1) {
      await page.keyboard.press("Tab");
      const seen = await page.evaluate(() => {
        const one = document.activeElement;
        if (!one || one === document.body || one.id === "content") return true;
        const style = getComputedStyle(one);
        return style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2;
      });
      assert.ok(seen, `${path}: focus is not seen at stop ${stop}`);
    }
    await close();
  }
});

test("meaning stays where a system forces its own colors", async () => {
  const { page, faults, close } = await open(browser, fake.address, "/events", { forced: true });
  assert.ok((await page.innerText("[role=grid]")).includes("critical"));
  harmless(faults);
  await close();
});

test("signing in: a wrong password, a second factor, and back to where one wanted to go", async () => {
  const closed = await start({ n: 50, signedIn: false });
  const { page, close } = await open(browser, closed.address, "/cases?state=all");
  await page.waitForURL(/\/sign-in\?next=/);
  assert.deepEqual(await axe(page), []);
  await page.getByLabel("Name").fill("totp");
  await page
    .getByLabel("Password", { exact: true })
    .or(page.locator("input[type=password]"))
    .first()
    .fill("wrong");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=Name or password is wrong");
  await page.locator("input[type=password]").fill("correct horse battery");
  await page.keyboard.press("Enter");
  await page.getByLabel("Code").fill("123 456");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/cases\?state=all/);
  await close();
  await closed.stop();
});

test("a link back never leads to another site", async () => {
  const opened = await start({ n: 5 });
  for (const next of ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]) {
    const { page, faults, close } = await open(
      browser,
      opened.address,
      `/sign-in?next=${encodeURIComponent(next)}`,
    );
    await page.waitForURL(`${opened.address}/`);
    harmless(faults);
    await close();
  }
  await opened.stop();
});

test("setting up: a link that works once, and its token leaves the address", async () => {
  const fresh = await start({ n: 5, signedIn: false, setUp: true });
  const { page, close } = await open(browser, fresh.address, "/");
  await page.waitForSelector("text=Nobody is set up yet");
  await page.goto(`${fresh.address}/setup#good`);
  await page.getByLabel("Name").fill("ann");
  await page.locator("input[type=password]").fill("a long enough pass phrase");
  assert.ok(!page.url().includes("good"));
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.waitForURL(`${fresh.address}/`);
  await page.waitForSelector("text=Threat events over time");
  await close();
  await fresh.stop();
});

test("an empty lake says what to do", async () => {
  const empty = await start({ empty: true });
  const { page, close } = await open(browser, empty.address, "/");
  await page.waitForSelector("text=margay ingest");
  await page.goto(`${empty.address}/events`);
  await page.waitForSelector("text=Nothing was found yet");
  assert.deepEqual(await axe(page), []);
  await close();
  await empty.stop();
});

test("the tour leads from an alert to a report", async () => {
  const { page, close } = await open(browser, fake.address, "/");
  await page.getByRole("button", { name: "Take the tour" }).click();
  const card = page.locator("section[aria-label^='Tour']");
  for (let step = 1; step <= 5; step += 1) {
    await card.getByText(`Step ${step} of 5`).waitFor();
    const show = card.getByRole("link", { name: "Show me" });
    if (await show.count()) await show.click();
    if (step < 5) await card.getByRole("button", { name: "Next" }).click();
  }
  await page.waitForURL(/\/reports\/event\//);
  await card.getByRole("button", { name: "Done" }).click();
  await close();
});
