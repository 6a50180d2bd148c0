// Turns what a chart shows into files: CSV of its data, and images of it.

export type Cell = string | number | bigint | boolean | null | undefined;

/** The data behind a chart, which every chart can show as a table. */
export interface Data {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** Spreadsheets run cells that begin with these; logs are written by attackers. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function csv(data: Data): string {
  return [data.columns, ...data.rows]
    .map((row) => row.map(csvCell).join(","))
    .join("\r\n")
    .concat("\r\n");
}

export function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) {
    return "";
  }
  let text = String(cell);
  if (typeof cell === "string" && FORMULA.test(text) && !NUMBER.test(text)) {
    text = `'${text}`;
  }
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Names of files are made of what every system takes. */
export function fileName(title: string, ending: string): string {
  const plain = title
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
    .toLowerCase();
  return `${plain || "margay"}.${ending}`;
}

export const escapedXml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML may not hold them, and names in logs do.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
