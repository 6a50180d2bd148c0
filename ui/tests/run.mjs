// Tries the built page in Chromium: `npm run build && npm run e2e [name of a spec]`. With MARGAY_BINARY, the real server too.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const chromium = process.env.MARGAY_CHROMIUM || "/usr/bin/chromium";

function refuse(what, hint) {
  process.stderr.write(`${what}\n  hint: ${hint}\n`);
  process.exit(1);
}

if (!existsSync(`${here}../dist/index.html`)) refuse("the page is not built", "npm run build");
if (!existsSync(chromium))
  refuse(`there is no Chromium at ${chromium}`, "apt-get install chromium, or set MARGAY_CHROMIUM");

const wanted = process.argv[2] ?? "";
const specs = readdirSync(here).filter((name) => name.endsWith(".spec.mjs") && name.includes(wanted));
// One after the other: what is measured must not share the machine with another browser.
const { status } = spawnSync(
  process.execPath,
  ["--test", "--test-concurrency=1", ...specs.map((name) => here + name)],
  {
    stdio: "inherit",
    env: { ...process.env, MARGAY_CHROMIUM: chromium },
  },
);
process.exit(status ?? 1);
