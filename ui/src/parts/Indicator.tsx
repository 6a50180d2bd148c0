// A thing of the other side: defanged, never a live link, copied on purpose only.
import { Copy } from "./Copy";
import { Untrusted } from "./Untrusted";

export function Indicator({ value, max = 64, copy = true }: { value: string; max?: number; copy?: boolean }) {
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 2, minWidth: 0 }}>
      <Untrusted text={value} max={max} mono defanged />
      {copy && <Copy value={value} what="indicator" />}
    </span>
  );
}
