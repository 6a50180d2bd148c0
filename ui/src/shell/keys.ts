// Single keys: never while something is written, and never where the reader has switched them off.
import { useEffect, useRef } from "react";
import { useSingleKeys } from "./settings";

export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/** Whether a dialog or menu is open, whose keys are its own. */
function isCovered(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"]') !== null;
}

type Keys = Record<string, (event: KeyboardEvent) => void>;

/** Keys of a screen. `?` and capitals are as typed; what is held with Ctrl, Alt or Meta is not ours. */
export function useKeys(keys: Keys): void {
  const [on] = useSingleKeys();
  const newest = useRef(keys);
  newest.current = keys;
  useEffect(() => {
    if (!on) return;
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isWriting(event.target) || isCovered()) return;
      const act = newest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act(event);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [on]);
}
