// What a canvas cannot inherit: the page's tokens, read anew when the reader changes the scheme.

import { useSyncExternalStore } from "react";

export interface ChartTheme {
  scheme: "dark" | "light";
  ink: string;
  muted: string;
  line: string;
  paper: string;
  accent: string;
  /** Okabe–Ito, bent toward the paper: apart for every common kind of color blindness. */
  palette: readonly string[];
  /** From the paper to the ink: the least important cell is the quietest in either scheme. */
  ramp: readonly string[];
  /** What lies outside of what was expected. */
  unusual: string;
  font: string;
}

/** Where the scheme stands in the document; it is written there before the first paint. */
const SCHEME = "data-mantine-color-scheme";

export function useChartTheme(): ChartTheme {
  return themeOf(useSyncExternalStore(watched, schemeNow));
}

const known = new Map<string, ChartTheme>();

/** One object for each scheme, so that charts are drawn anew only when it changes. */
function themeOf(scheme: ChartTheme["scheme"]): ChartTheme {
  const theme = known.get(scheme) ?? read(scheme);
  known.set(scheme, theme);
  return theme;
}

const COUNT = { series: 7, ramp: 6 } as const;

function read(scheme: ChartTheme["scheme"]): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim() || "#808080";
  const palette = Array.from({ length: COUNT.series }, (_, i) => token(`series-${i + 1}`));
  return {
    scheme,
    ink: token("ink"),
    muted: token("ink-soft"),
    line: token("line"),
    paper: token("surface"),
    accent: token("series-1"),
    palette,
    ramp: Array.from({ length: COUNT.ramp }, (_, i) => token(`ramp-${i}`)),
    unusual: token("series-2"),
    font: '11px "Inter Variable", system-ui, sans-serif',
  };
}

function schemeNow(): ChartTheme["scheme"] {
  return document.documentElement.getAttribute(SCHEME) === "light" ? "light" : "dark";
}

function watched(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: [SCHEME] });
  return () => observer.disconnect();
}
