// What a first visit weighs and how fast the list of events is, so that neither grows unseen.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { launch, open } from "./browser.mjs";
import { start } from "./fake/server.mjs";

const DIST = new URL("../dist/", import.meta.url).pathname;
const KB = 1000;

let fake;
let browser;

before(async () => {
  fake = await start({ n: 20_000 });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await fake?.stop();
});

test("the first load is at most 600 kB compressed, fonts and all", async () => {
  const asked = [];
  const context = await browser.newContext();
  const page = await context.newPage();
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${fake.address}/events`);
  await page.waitForSelector("[role=row]");
  const files = [...new Set(asked)].filter((path) => /\.(js|css|woff2|svg)$/.test(path));
  const weight = files.reduce((sum, path) => sum + gzipSync(readFileSync(DIST + path)).length, 0);
  process.stdout.write(`first load: ${Math.round(weight / KB)} kB in ${files.length} files\n`);
  assert.ok(weight <= 600 * KB, `${Math.round(weight / KB)} kB`);
  await context.close();
});

test("no chunk that is loaded for one screen is above 300 kB compressed", () => {
  for (const name of readdirSync(`${DIST}assets`).filter((one) => one.endsWith(".js"))) {
    const weight = gzipSync(readFileSync(`${DIST}assets/${name}`)).length;
    assert.ok(weight <= 300 * KB, `${name}: ${Math.round(weight / KB)} kB`);
  }
  const whole = readdirSync(`${DIST}assets`).reduce(
    (sum, name) => sum + statSync(`${DIST}assets/${name}`).size,
    0,
  );
  assert.ok(whole <= 8_000 * KB, `dist: ${Math.round(whole / KB)} kB`);
});

test("scrolling and moving the cursor cost little of the processor", async () => {
  const { page, close } = await open(browser, fake.address, "/events");
  const client = await page.context().newCDPSession(page);
  // Time of the thread and not of the clock: the machine may be busy with something else.
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  const cpu = async () => {
    const { metrics } = await client.send("Performance.getMetrics");
    return (metrics.find((metric) => metric.name === "TaskDuration")?.value ?? 0) * 1000;
  };
  const before = await cpu();
  const frames = await page.evaluate(async () => {
    const grid = document.querySelector("[role=grid]");
    const n = 200;
    for (let frame = 0; frame < n; frame += 1) {
      grid.scrollTop += 30;
      await new Promise(requestAnimationFrame);
    }
    return n;
  });
  const perFrame = ((await cpu()) - before) / frames;
  const beforeKeys = await cpu();
  for (let press = 0; press < 40; press += 1) await page.keyboard.press("j");
  const perKey = ((await cpu()) - beforeKeys) / 40;
  process.stdout.write(`scroll: ${perFrame.toFixed(1)} ms a frame, key: ${perKey.toFixed(1)} ms\n`);
  assert.ok(perFrame <= 16, `${perFrame.toFixed(1)} ms a frame`);
  assert.ok(perKey <= 30, `${perKey.toFixed(1)} ms a key`);
  await close();
});
