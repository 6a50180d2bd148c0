// What a reader sets for this browser: density of tables, and whether single keys act.
import { useLocalStorage } from "@mantine/hooks";
import { useEffect } from "react";

export type Density = "compact" | "comfortable";

export function useDensity(): [Density, (density: Density) => void] {
  const [density, set] = useLocalStorage<Density>({
    key: "margay.density",
    defaultValue: "compact",
    getInitialValueInEffect: false,
  });
  useEffect(() => document.documentElement.setAttribute("data-density", density), [density]);
  return [density, set];
}

/** Single keys can be switched off (WCAG 2.1.4): who dictates would press them by speaking. */
export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const [on, set] = useLocalStorage<boolean>({
    key: "margay.keys",
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  return [on, set];
}
