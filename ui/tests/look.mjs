// Takes pictures of screens for people to look at: `node tests/look.mjs /events?sel=x events-peek [width] [server]`, in both schemes.
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { start } from "./fake/server.mjs";

const [path = "/", name = "page", width = "1440", server] = process.argv.slice(2);
const shots = new URL("./shots/", import.meta.url).pathname;
mkdirSync(shots, { recursive: true });
const fake = server
  ? null
  : await start({
      signedIn: !process.env.SIGNED_OUT,
      empty: Boolean(process.env.EMPTY),
      setUp: Boolean(process.env.SET_UP),
    });
const browser = await chromium.launch({
  executablePath: process.env.MARGAY_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
for (const scheme of ["dark", "light"]) {
  const page = await browser.newPage({
    viewport: { width: Number(width), height: Number(process.env.HEIGHT ?? 900) },
    colorScheme: scheme,
    reducedMotion: "reduce",
  });
  page.on(
    "console",
    (message) => message.type() === "error" && process.stderr.write(`${scheme}: ${message.text()}\n`),
  );
  page.on("pageerror", (error) => process.stderr.write(`${scheme}: ${error.message}\n`));
  await page.goto(`${server ?? fake.address}${path}`);
  await page.waitForTimeout(Number(process.env.WAIT ?? 900));
  for (const key of (process.env.KEYS ?? "").split(" ").filter(Boolean)) {
    await page.keyboard.press(key);
    await page.waitForTimeout(150);
  }
  await page.waitForTimeout(200);
  await page.screenshot({ path: `${shots}${name}-${scheme}.png`, fullPage: Boolean(process.env.FULL) });
  await page.close();
}
await browser.close();
await fake?.stop();
