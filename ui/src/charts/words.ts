// Sentences about data, for those who do not see the chart and those in a hurry. Input: numbers; output: plain English.

/** 1 022 537: groups of three, as everywhere in Margay. */
export function grouped(n: number | bigint): string {
  if (typeof n === "number" && !Number.isFinite(n)) {
    return "–";
  }
  const text = String(n);
  if (!/^-?\d+(\.\d+)?$/.test(text)) {
    return text;
  }
  const [whole = "", part] = text.split(".");
  const cut = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return part === undefined ? cut : `${cut}.${part}`;
}

/** Three significant digits are what an eye can use. */
export function rough(n: number): string {
  if (!Number.isFinite(n)) {
    return "–";
  }
  if (n === 0) {
    return "0";
  }
  const size = Math.abs(n);
  if (size >= 1e15 || size < 1e-3) {
    return n.toExponential(1).replace("e+", "e");
  }
  return size >= 1000 ? grouped(Math.round(n)) : String(Number(n.toPrecision(3)));
}

const SIZES = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

export function bytes(n: number): string {
  let size = n;
  let unit = 0;
  while (Math.abs(size) >= 1000 && unit < SIZES.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${rough(size)} ${SIZES[unit]}`;
}

const SPANS: readonly (readonly [number, string])[] = [
  [86_400, "d"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
];

/** The two largest units of a span: 3 h 12 min. */
export function span(seconds: number): string {
  if (!Number.isFinite(seconds)) {
    return "–";
  }
  let rest = Math.abs(seconds);
  if (rest < 1) {
    return rest === 0 ? "0 s" : `${rough(rest * 1000)} ms`;
  }
  const parts: string[] = [];
  for (const [size, unit] of SPANS) {
    const n = Math.floor(rest / size);
    if (n > 0 || parts.length > 0) {
      parts.push(`${n} ${unit}`);
      rest -= n * size;
    }
    if (parts.length === 2) {
      break;
    }
  }
  return parts.filter((part) => !part.startsWith("0 ")).join(" ");
}

export function counted(n: number, one: string, many = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}
