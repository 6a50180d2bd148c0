// An instant in the zone that the reader chose; the other zone and the distance to now are in the tooltip.
import { ago, formatTime, useZone, zoneName } from "../url/zone";

export function Time({ at, seconds = true }: { at: string | null | undefined; seconds?: boolean }) {
  const [zone] = useZone();
  if (!at) return <span className="soft">–</span>;
  const other = zone === "utc" ? "local" : "utc";
  const title = `${formatTime(at, zone)} ${zoneName(zone)} · ${formatTime(at, other)} ${zoneName(other, new Date(at))} · ${ago(at)}`;
  return (
    <time dateTime={at} title={title} className="mono numbers" style={{ whiteSpace: "nowrap" }}>
      {formatTime(at, zone, seconds)}
    </time>
  );
}
