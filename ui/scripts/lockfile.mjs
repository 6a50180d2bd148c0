// Refuses a lock file that names a registry's host or a package that runs something when it is installed.
import { readFileSync } from "node:fs";

const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
const faults = Object.entries(lock.packages)
  .filter(
    ([name, entry]) =>
      name !== "" && (entry.resolved || (entry.hasInstallScript && name !== "node_modules/fsevents")),
  )
  .map(([name, entry]) => `${name}: ${entry.resolved ? `names ${entry.resolved}` : "has an install script"}`);
const kit = new Set(
  Object.entries(lock.packages)
    .filter(([name]) => name.startsWith("node_modules/@mantine/"))
    .map(([, entry]) => entry.version),
);
if (kit.size > 1) faults.push(`@mantine packages are of several versions: ${[...kit].join(", ")}`);
if (faults.length > 0) {
  process.stderr.write(
    `package-lock.json\n  ${faults.join("\n  ")}\n  hint: npm install with the .npmrc of this folder\n`,
  );
  process.exit(1);
}
