// A chart of the answer: the kind that its columns ask for, and any other by choice.

import { Select } from "@mantine/core";
import { useMemo, useState } from "react";
import { bins } from "../../charts/distributions";
import { EChart } from "../../charts/EChart";
import { Histogram } from "../../charts/Histogram";
import { useChartTheme } from "../../charts/theme";
import type { Result } from "../../sql/result";
import { type Choice, chosen, dataOf, type Kind, optionOf, seriesOf, summaryOf } from "./chart";
import classes from "./hunt.module.css";

const KINDS: { value: Kind; label: string }[] = [
  { value: "line", label: "Line" },
  { value: "bar", label: "Bars" },
  { value: "scatter", label: "Scatter" },
  { value: "histogram", label: "Histogram" },
];

export function ResultChart({ result, version }: { result: Result; version: number }) {
  const [own, setOwn] = useState<Choice | null>(null);
  const choice = own ?? chosen(result.columns);
  const set = (change: Partial<Choice>) => setOwn({ ...choice, ...change });
  return (
    <>
      <div className={classes.choices}>
        <Select
          label="Kind"
          data={KINDS}
          value={choice.kind}
          allowDeselect={false}
          onChange={(value) => set({ kind: (value ?? "line") as Kind })}
          w={130}
        />
        {choice.kind !== "histogram" && (
          <ColumnChoice label="Across" result={result} value={choice.x} onChange={(x) => set({ x })} />
        )}
        <ColumnChoice
          label={choice.kind === "histogram" ? "Of" : "Up"}
          result={result}
          value={choice.y}
          onChange={(y) => set({ y })}
        />
        {(choice.kind === "line" || choice.kind === "scatter") && (
          <ColumnChoice
            label="One line for each"
            result={result}
            value={choice.by}
            onChange={(by) => set({ by })}
            none
          />
        )}
      </div>
      {choice.kind === "histogram" ? (
        <ValueHistogram result={result} version={version} column={choice.y} />
      ) : (
        <Points result={result} version={version} choice={choice} />
      )}
    </>
  );
}

interface ColumnProps {
  label: string;
  result: Result;
  value: number;
  onChange: (column: number) => void;
  none?: boolean;
}

function ColumnChoice({ label, result, value, onChange, none = false }: ColumnProps) {
  const data = result.columns.map((column, i) => ({ value: String(i), label: column.name }));
  return (
    <Select
      label={label}
      data={none ? [{ value: "-1", label: "(one)" }, ...data] : data}
      value={String(value)}
      allowDeselect={false}
      onChange={(chosenOne) => onChange(Number(chosenOne ?? value))}
      w={190}
    />
  );
}

function Points({ result, version, choice }: { result: Result; version: number; choice: Choice }) {
  const theme = useChartTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the result is one object that grows with its version
  const series = useMemo(
    () => seriesOf(result, choice),
    [result, version, choice.kind, choice.x, choice.y, choice.by],
  );
  const option = useMemo(
    () => optionOf(series, choice, result.columns, theme),
    [series, choice, result.columns, theme],
  );
  return (
    <EChart
      title="Answer"
      summary={summaryOf(series, result, choice)}
      data={dataOf(series, result, choice)}
      option={option}
      height={360}
    />
  );
}

function ValueHistogram({ result, version, column }: { result: Result; version: number; column: number }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the result is one object that grows with its version
  const found = useMemo(() => bins(result.values(column, 1_000_000).map(Number)), [result, version, column]);
  return <Histogram title="Answer" of={result.columns[column]?.name ?? "value"} bins={found} height={340} />;
}
