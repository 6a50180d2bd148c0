// Makes src/api/generated.d.ts from docs/reference/openapi.json; with --check, says whether it is stale.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const description = new URL("../../docs/reference/openapi.json", import.meta.url);
const made = new URL("../src/api/generated.d.ts", import.meta.url);

const head =
  "// Types of what the server takes and answers. Made by `npm run types`: change the server instead.\n";
const text = head + astToString(await openapiTS(description, { defaultNonNullable: false }));

if (!process.argv.includes("--check")) {
  writeFileSync(made, text);
} else if (readFileSync(made, "utf8") !== text) {
  process.stderr.write(
    "src/api/generated.d.ts is stale\n  detail: docs/reference/openapi.json says something else\n  hint:   npm run types\n",
  );
  process.exit(1);
}
