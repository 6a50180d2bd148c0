// The contacts of a beacon by period and place in it, and the spectrum that says how sure the period is.

import { useMemo } from "react";
import styles from "./charts.module.css";
import { EChart } from "./EChart";
import { common, numberAxis } from "./echarts";
import { median, periodOf, type Rhythm, raster, rhythm, spectrum } from "./rhythm";
import { utcMinute } from "./series";
import { useChartTheme } from "./theme";
import { counted, rough, span } from "./words";

/** `times`: seconds since 1970 of every record between the two. */
export function BeaconRaster({ times, what }: { times: readonly number[]; what: string }) {
  const found = useMemo(() => rhythm(times), [times]);
  if (!found) {
    return <p className={styles.summary}>Fewer than three contacts: there is no rhythm to show.</p>;
  }
  return (
    <>
      <Raster rhythm={found} what={what} />
      <Spectrum rhythm={found} what={what} />
    </>
  );
}

function Raster({ rhythm: { contacts, gapMedian, jitter }, what }: { rhythm: Rhythm; what: string }) {
  const theme = useChartTheme();
  const period = useMemo(() => periodOf(contacts, gapMedian), [contacts, gapMedian]);
  const points = useMemo(() => raster(contacts, period), [contacts, period]);
  const option = useMemo(
    () => ({
      ...common(theme),
      grid: { left: 60, right: 16, top: 12, bottom: 48 },
      xAxis: {
        type: "value" as const,
        ...numberAxis(theme, `seconds into each period of ${span(period)}`),
        min: 0,
        max: Math.ceil(period),
      },
      yAxis: {
        type: "value" as const,
        ...numberAxis(theme, "period"),
        inverse: true,
        minInterval: 1,
      },
      series: [
        {
          type: "scatter" as const,
          symbolSize: points.length > 400 ? 3 : 5,
          itemStyle: { color: theme.accent },
          data: points.map((point) => [point.phase, point.turn]),
        },
      ],
    }),
    [points, period, theme],
  );
  const summary = `${counted(contacts.length, "contact")} from ${utcMinute(contacts[0] ?? 0)} to ${utcMinute(contacts.at(-1) ?? 0)}, typically ${span(gapMedian)} apart; half of the gaps are within ${rough(jitter * 100)} % of that. A straight column, or one that drifts, is a machine; a cloud is a person.`;
  const data = {
    columns: ["at", "period", "seconds into it"],
    rows: points.map((point) => [new Date(point.at * 1000).toISOString(), point.turn, point.phase]),
  };
  return <EChart title={`Raster: ${what}`} summary={summary} data={data} option={option} height={280} />;
}

function Spectrum({ rhythm: { contacts, gapMedian }, what }: { rhythm: Rhythm; what: string }) {
  const theme = useChartTheme();
  const powers = useMemo(() => spectrum(contacts, gapMedian), [contacts, gapMedian]);
  const peak = powers.reduce((most, here) => (here.power > most.power ? here : most), {
    period: 0,
    power: 0,
  });
  const noise = median(powers.map((here) => here.power));
  const option = useMemo(
    () => ({
      ...common(theme),
      grid: { left: 60, right: 16, top: 12, bottom: 48 },
      xAxis: {
        type: "log" as const,
        ...numberAxis(theme, "period in seconds"),
        min: "dataMin" as const,
        max: "dataMax" as const,
      },
      yAxis: { type: "value" as const, ...numberAxis(theme, "power") },
      series: [
        {
          type: "line" as const,
          symbol: "none",
          lineStyle: { color: theme.accent, width: 1.2 },
          areaStyle: { color: theme.accent, opacity: 0.12 },
          data: powers.map((here) => [here.period, here.power]),
        },
      ],
    }),
    [powers, theme],
  );
  const summary = `Contacts agree best on a period of ${span(peak.period)}, ${rough(peak.power / (noise || 1))} times the typical power.`;
  const data = {
    columns: ["period in seconds", "power"],
    rows: powers.map((here) => [here.period, here.power]),
  };
  return <EChart title={`Spectrum: ${what}`} summary={summary} data={data} option={option} height={200} />;
}
