// Records of one table over time, with the band that its own past expects.

import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { one, type SeriesPoint } from "../../api/heavy";
import { useMay } from "../../api/session";
import type { Series } from "../../charts/series";
import { TimeSeries } from "../../charts/TimeSeries";
import { words } from "../../parts/labels";
import { Panel } from "../../parts/Panel";
import { Answer } from "../../parts/states";
import { rangeText, useRange } from "../../url/range";
import { useParam } from "../../url/state";

const HOUR_SECONDS = 3600;

export function Rate({ tables }: { tables: readonly string[] }) {
  const [wanted, setTable] = useParam("table");
  const table = tables.includes(wanted) ? wanted : (tables[0] ?? "");
  const [range, setRange] = useRange();
  const maySee = useMay("read_telemetry");
  const query = useQuery({
    ...one<{ points: SeriesPoint[] }>("/series", {
      table,
      since: range.since,
      until: range.until,
      step: HOUR_SECONDS,
    }),
    enabled: table !== "" && maySee,
  });
  if (!maySee) return null;
  return (
    <Panel
      title="Records an hour"
      note="The band is what the same hours of other days lead to expect, once there are four of these; drag over the plot to choose a time."
      actions={
        <Select
          size="xs"
          aria-label="Table"
          data={tables.map((name) => ({ value: name, label: words(name) }))}
          value={table}
          allowDeselect={false}
          onChange={(value) => setTable(value ?? "", { replace: true })}
        />
      }
    >
      <Answer query={query}>
        {({ points }) => (
          <TimeSeries
            title={words(table)}
            what="records"
            series={seriesOf(points)}
            onRange={(from, until) => setRange(rangeText(new Date(from * 1000), new Date(until * 1000)))}
          />
        )}
      </Answer>
    </Panel>
  );
}

export function seriesOf(points: readonly SeriesPoint[]): Series {
  const judged = points.some((point) => point.low !== null);
  return {
    at: points.map((point) => Date.parse(point.at) / 1000),
    value: points.map((point) => point.n),
    low: points.map((point) => point.low),
    high: points.map((point) => point.high),
    // Where nothing can be expected yet, nothing is said to be within it.
    ...(judged && { unusual: points.map((point) => point.unusual) }),
  };
}
