// What a person or key is given: role, datasets and the strictest marking; in words and as a form.
import { Select, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Scope } from "../../api/types";
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
const CEILINGS = ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"];

/** `a, b` as a list; nothing is all datasets. */
function datasetsOf(text: string): string[] | null {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  return names.length > 0 ? names : null;
}

export function Sees({ scope: { datasets, ceiling } }: { scope: Scope }) {
  return (
    <>
      {datasets ? <Untrusted text={datasets.join(", ")} max={60} /> : "all datasets"} <Tlp value={ceiling} />
    </>
  );
}

interface Grant {
  /** As the server takes it. */
  sent: { role: string | null; datasets: string[] | null; ceiling: string | null };
  fields: ReactNode;
}

export function useGrant(firstRole: string): Grant {
  const [role, setRole] = useState<string | null>(firstRole);
  const [datasets, setDatasets] = useState("");
  const [ceiling, setCeiling] = useState<string | null>("AMBER");
  return {
    sent: { role, datasets: datasetsOf(datasets), ceiling },
    fields: (
      <>
        <Select label="Role" data={ROLES} value={role} onChange={setRole} allowDeselect={false} />
        <TextInput
          label="Datasets"
          description="Names with commas between them; empty is all of them"
          value={datasets}
          onChange={(event) => setDatasets(event.currentTarget.value)}
        />
        <Select
          label="Strictest marking to be seen"
          data={CEILINGS}
          value={ceiling}
          onChange={setCeiling}
          allowDeselect={false}
        />
      </>
    ),
  };
}
