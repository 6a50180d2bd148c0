// What opens over every screen: palette, help, tour; and the keys that work everywhere.
import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { useZone, zoneName } from "../url/zone";
import type { Choice } from "./choices";
import { Help } from "./Help";
import { useKeys } from "./keys";
import { Palette } from "./Palette";
import { PLACES } from "./places";
import { useDensity } from "./settings";
import { TourCard } from "./Tour";

type Layer = "palette" | "help" | null;

const Open = createContext<(layer: Layer) => void>(() => {});
export const useOpenLayer = () => useContext(Open);

/** Time in which a letter after `g` is the name of a place. */
const GO_MS = 1_200;

export function Layers({ children }: { children: ReactNode }) {
  const [layer, setLayer] = useState<Layer>(null);
  const close = () => setLayer(null);
  useGoing();
  useKeys({ "?": () => setLayer("help") });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      setLayer((before) => (before === "palette" ? null : "palette"));
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  const commands = useCommands(() => setLayer("help"));
  return (
    <Open.Provider value={setLayer}>
      {children}
      {layer === "palette" && <Palette onClose={close} commands={commands} />}
      {layer === "help" && <Help onClose={close} />}
      <TourCard />
    </Open.Provider>
  );
}

/** `g` and a letter go to a screen; brackets go back and forward. */
function useGoing() {
  const began = useRef(0);
  const navigate = useNavigate();
  const router = useRouter();
  useEffect(() => {
    // Before all other keys, because the letter after `g` means something else on its own.
    const press = (event: KeyboardEvent) => {
      const going = event.timeStamp - began.current < GO_MS && began.current > 0;
      began.current = 0;
      const place = going ? PLACES.find((one) => one.key === event.key) : undefined;
      if (!place || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void navigate({ to: place.to as never });
    };
    window.addEventListener("keydown", press, true);
    return () => window.removeEventListener("keydown", press, true);
  }, [navigate]);
  useKeys({
    g: (event) => {
      began.current = event.timeStamp;
    },
    "[": () => router.history.back(),
    "]": () => router.history.forward(),
  });
}

function useCommands(help: () => void): Choice[] {
  const scheme = useComputedColorScheme("dark");
  const { setColorScheme } = useMantineColorScheme();
  const [density, setDensity] = useDensity();
  const [zone, setZone] = useZone();
  return useMemo(() => {
    const [otherScheme, otherZone] = [
      scheme === "dark" ? "light" : "dark",
      zone === "utc" ? "local" : "utc",
    ] as const;
    const otherDensity = density === "compact" ? "comfortable" : "compact";
    const order = (id: string, title: string, act: () => void): Choice => ({
      id,
      kind: "do",
      title,
      detail: "",
      act,
    });
    return [
      order("scheme", `Switch to ${otherScheme}`, () => setColorScheme(otherScheme)),
      order("zone", `Show times in ${zoneName(otherZone)}`, () => setZone(otherZone)),
      order("density", `Make tables ${otherDensity}`, () => setDensity(otherDensity)),
      order("help", "Show all keys", help),
      order("print", "Print this page", () => window.setTimeout(() => window.print(), 50)),
    ];
  }, [scheme, zone, density, setColorScheme, setZone, setDensity, help]);
}
