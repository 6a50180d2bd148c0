// A browser for tests: notes what must never happen (errors, requests to elsewhere, scripts of attackers), and asks axe.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export const launch = () =>
  chromium.launch({
    executablePath: process.env.MARGAY_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });

/** A page in its own profile, and the list of what was wrong with it. */
export async function open(
  browser,
  address,
  path,
  { scheme = "dark", width = 1440, height = 900, forced = false, pageFrom = null } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: "reduce",
    forcedColors: forced ? "active" : "none",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  if (pageFrom)
    await context.route(
      (url) => url.href.startsWith(address) && !url.pathname.startsWith("/api/"),
      serve(pageFrom),
    );
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    // A browser tells of every answer that is no success; what is wrong with it is for the test to say.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith("blob:"))
      faults.push(`asked elsewhere: ${request.url()}`);
  });
  await page.goto(address + path);
  await settled(page);
  return { page, faults, close: () => context.close() };
}

/** Files of a folder in the place of those that a server has. */
const serve = (folder) => (route) => {
  const file = join(folder, new URL(route.request().url()).pathname);
  return route.fulfill({ path: extname(file) && existsSync(file) ? file : join(folder, "index.html") });
};

/** Until nothing is waited for any more. */
export async function settled(page) {
  await page.waitForFunction(() => document.querySelector("h1, [role=grid], [role=alert]") !== null);
  await page.waitForFunction(() => !/Opening Margay|Reading /.test(document.body.innerText));
  await page.waitForTimeout(150);
}

export function harmless(faults) {
  assert.deepEqual(faults, []);
}

export async function axe(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async (tags) => {
    const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes
        .slice(0, 3)
        .map((node) => `${node.target.join(" ")}: ${node.any[0]?.message ?? node.failureSummary}`),
    }));
  }, TAGS);
  return found;
}
