// What a person or key may see: datasets and the strictest marking, in words and as a form.
import { Select, TextInput } from "@mantine/core";
import { Tlp } from "../../parts/labels";
import { Untrusted } from "../../parts/Untrusted";

export const ROLES = [
  "viewer",
  "analyst",
  "detection_engineer",
  "data_scientist",
  "sharing_partner",
  "auditor",
  "admin",
].map((value) => ({
  value,
  label: value.replaceAll("_", " "),
}));
export const CEILINGS = ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"];

/** `a, b` as a list; nothing is all datasets. */
export function datasetsOf(text: string): string[] | null {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  return names.length > 0 ? names : null;
}

export function Scope({ datasets, ceiling }: { datasets: string[] | null; ceiling: string }) {
  return (
    <>
      {datasets ? <Untrusted text={datasets.join(", ")} max={60} /> : "all datasets"} <Tlp value={ceiling} />
    </>
  );
}

interface FieldsProps {
  datasets: string;
  ceiling: string | null;
  onDatasets: (text: string) => void;
  onCeiling: (ceiling: string | null) => void;
}

export function ScopeFields({ datasets, ceiling, onDatasets, onCeiling }: FieldsProps) {
  return (
    <>
      <TextInput
        label="Datasets"
        description="Names with commas between them; empty is all of them"
        value={datasets}
        onChange={(event) => onDatasets(event.currentTarget.value)}
      />
      <Select
        label="Strictest marking to be seen"
        data={CEILINGS}
        value={ceiling}
        onChange={onCeiling}
        allowDeselect={false}
      />
    </>
  );
}
