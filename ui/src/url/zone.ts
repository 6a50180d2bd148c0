// UTC or the reader's own time: one switch for the whole page, kept in the address as `tz`.
import { useParam } from "./state";

export type Zone = "utc" | "local";

export function useZone(): [Zone, (zone: Zone) => void] {
  const [text, set] = useParam("tz", "utc");
  return [text === "local" ? "local" : "utc", set];
}

const pad = (n: number, width = 2) => String(n).padStart(width, "0");

/** `2026-01-05 13:31:01`, in the zone; never an ambiguous date. */
export function formatTime(at: string | number | Date, zone: Zone, seconds = true): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return "–";
  if (zone === "utc")
    return time
      .toISOString()
      .slice(0, seconds ? 19 : 16)
      .replace("T", " ");
  const date = `${pad(time.getFullYear(), 4)}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
  const clock = `${pad(time.getHours())}:${pad(time.getMinutes())}`;
  return `${date} ${clock}${seconds ? `:${pad(time.getSeconds())}` : ""}`;
}

/** `UTC`, or the offset of the reader's own time: `UTC+02:00`. */
export function zoneName(zone: Zone, at = new Date()): string {
  if (zone === "utc") return "UTC";
  const minutes = -at.getTimezoneOffset();
  const sign = minutes < 0 ? "−" : "+";
  return `UTC${sign}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
}

/** `3 h ago`, for tooltips and lists of what is new. */
export function ago(at: string | number | Date, now = Date.now()): string {
  const seconds = Math.round((now - new Date(at).getTime()) / 1000);
  const [size, future] = [Math.abs(seconds), seconds < 0];
  const words =
    size < 60
      ? `${size} s`
      : size < 3_600
        ? `${Math.floor(size / 60)} min`
        : size < 172_800
          ? `${Math.floor(size / 3_600)} h`
          : `${Math.floor(size / 86_400)} d`;
  return future ? `in ${words}` : `${words} ago`;
}
