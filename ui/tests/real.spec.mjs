// The page on the real server, from its one-time link to a shared report. Needs MARGAY_BINARY; says so where it is absent.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, harmless, launch, open, settled } from "./browser.mjs";

const BINARY = process.env.MARGAY_BINARY;
const skip = BINARY ? false : "MARGAY_BINARY names no program: the page was not tried on the real server";
const PASSWORD = "a sentence makes a good password";
const DIST = new URL("../dist/", import.meta.url).pathname;
const SCREENS = [
  "/",
  "/events",
  "/cases",
  "/reports",
  "/reports/period/now",
  "/campaigns",
  "/actors",
  "/attack",
  "/map",
  "/hunt",
  "/indicators",
  "/behaviours",
  "/rules",
  "/sources",
  "/sources?tab=rejects",
  "/admin/me",
  "/admin/users",
  "/admin/keys",
  "/admin/audit",
];

let folder;
let server;
let link;
let browser;
let state;
/** A folder that stands in for a page that the program does not have. */
let pageFrom = null;

const RECORD = JSON.stringify({
  ts: 1_767_600_000.5,
  uid: "C1",
  "id.orig_h": "10.0.0.1",
  "id.orig_p": 5353,
  "id.resp_h": "10.0.0.2",
  "id.resp_p": 53,
  proto: "udp",
  query: "a.example",
  qtype_name: "A",
  _path: "dns",
});

/** The program refuses variables that it does not know; ours are not for it. */
const surroundings = () => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^MARGAY_(?!THREADS$)/.test(name))),
  MARGAY_HOME: join(folder, "demo", "home"),
});

/** The demonstration's home, small, and a server on it. */
before(
  async () => {
    if (skip) return;
    folder = mkdtempSync(join(tmpdir(), "margay-page-"));
    const made = spawnSync(BINARY, ["demo", "--dir", join(folder, "demo"), "--scale", "0.25"], {
      encoding: "utf8",
    });
    assert.equal(made.status, 0, made.stderr);
    // One record that can be read, of another dataset, and one that cannot: no simulation writes such.
    const log = join(folder, "dns.log");
    writeFileSync(log, `${RECORD}\n{"ts": broken\n`);
    const read = spawnSync(BINARY, ["ingest", "--dataset", "elsewhere", log], {
      encoding: "utf8",
      env: surroundings(),
    });
    assert.match(read.stdout, /1 rejects/, read.stderr);
    server = spawn(BINARY, ["serve", "--listen", "127.0.0.1:0"], {
      env: surroundings(),
    });
    link = await new Promise((found, failed) => {
      let said = "";
      const read = (chunk) => {
        said += chunk;
        const address = /http:\/\/127\.0\.0\.1:\d+\/setup#\S+/.exec(said);
        if (address) found(new URL(address[0]));
      };
      server.stdout.on("data", read);
      server.stderr.on("data", read);
      server.on("exit", () => failed(new Error(`the server ended: ${said}`)));
      setTimeout(() => failed(new Error(`no link was printed: ${said}`)), 60_000).unref();
    });
    browser = await launch();
    const own = await (await fetch(link.origin)).text();
    if (!own.includes('id="root"')) {
      process.stdout.write(
        "the program was built without its page: ui/dist stands in for it, and its headers are not tried\n",
      );
      pageFrom = DIST;
    }
  },
  { timeout: 240_000 },
);

after(async () => {
  await browser?.close();
  server?.removeAllListeners("exit");
  server?.kill("SIGTERM");
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test("the one-time link makes the first account, and the overview is alive", {
  skip,
  timeout: 90_000,
}, async () => {
  const { page, faults, close } = await open(browser, link.origin, `/setup${link.hash}`, { pageFrom });
  await page.getByLabel("Name").fill("ann");
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.waitForSelector("text=Threat events over time");
  await settled(page);
  state = await page.context().storageState();
  harmless(faults);
  await close();
});

async function signedIn(path, scheme = "dark") {
  const opened = await open(browser, link.origin, path, { scheme, pageFrom });
  await opened.page.context().addCookies(state.cookies);
  await opened.page.goto(link.origin + path);
  await settled(opened.page);
  await opened.page.waitForTimeout(400);
  return opened;
}

for (const path of SCREENS) {
  test(`${path} on real answers`, { skip, timeout: 90_000 }, async () => {
    const { page, faults, close } = await signedIn(path);
    assert.equal(await page.locator("[role=alert]").count(), 0, await page.innerText("body"));
    assert.deepEqual(await axe(page), []);
    harmless(faults);
    await close();
  });
}

test("an event is found, judged, taken back, escalated, and printed", {
  skip,
  timeout: 120_000,
}, async () => {
  const { page, faults, close } = await signedIn("/events?f=severity%3Ahigh");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(/sel=event--/);
  await page.keyboard.press("y");
  await page.waitForSelector("text=1 event: true positive");
  await page.keyboard.press("1");
  await page.waitForFunction(() =>
    document.querySelector("button[data-on]")?.textContent?.includes("seen in the evidence"),
  );
  await page.keyboard.press("z");
  const id = new URL(page.url()).searchParams.get("sel");
  await page.goto(`${link.origin}/events/${id}`);
  await settled(page);
  assert.deepEqual(await axe(page), []);
  await page.waitForSelector("text=What would make it wrong");
  await page.waitForSelector("details summary time");
  await page.keyboard.press("e");
  await page.waitForSelector("role=dialog");
  await page.getByRole("button", { name: "Open the case" }).click();
  await page.waitForURL(/\/cases\/1/);
  await page.getByLabel("New task").fill("Image the host");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=Image the host");
  await page.goto(`${link.origin}/reports/event/${id}`);
  await page.waitForSelector("text=Print or keep as PDF");
  harmless(faults);
  await close();
});

test("a saved view comes back as the words that it was", { skip, timeout: 90_000 }, async () => {
  const { page, close } = await signedIn("/events?f=severity%3Ahigh+state%3Anew");
  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByLabel("Keep this filter as").fill("severe and new");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "severe and new", exact: true }).waitFor();
  await page.goto(`${link.origin}/events`);
  await settled(page);
  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("button", { name: "severe and new", exact: true }).click();
  await page.waitForURL(/f=severity%3Ahigh\+state%3Anew/);
  await close();
});

test("somebody who was invited sees what the scope lets them, and no more", {
  skip,
  timeout: 90_000,
}, async () => {
  const { page, close } = await signedIn("/admin/users");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("bob");
  await page.getByLabel("Datasets").fill("elsewhere");
  await page.getByRole("button", { name: "Make a link of invitation" }).click();
  const text = await page.locator("[role=status] .mono").first().innerText();
  const invitation = new URL(text.trim());
  const other = await open(browser, link.origin, `/setup${invitation.hash}`, { pageFrom });
  await other.page.getByLabel("Name").fill("bob");
  await other.page.locator("input[type=password]").fill(PASSWORD);
  await other.page.getByRole("button", { name: "Make the account" }).click();
  // The set-up screen has a heading too: whoever goes on before the account is made is asked to sign in.
  await other.page.waitForURL((url) => url.pathname !== "/setup");
  await other.page.goto(`${link.origin}/events`);
  await other.page.waitForSelector("text=Nothing was found yet");
  for (const path of SCREENS) {
    await other.page.goto(link.origin + path);
    await settled(other.page);
    const shown = await other.page.innerText("body");
    assert.ok(!shown.includes("The page made a mistake"), `${path}: ${shown}`);
  }
  await other.close();
  await close();
});
