// What could not be read: where it stands, why, and its bytes, so that nothing in them can run or hide.

import { Button, CopyButton, Select } from "@mantine/core";
import { useMemo } from "react";
import { save } from "../../api/client";
import type { Reject } from "../../api/heavy";
import { csv } from "../../charts/save";
import { bytes, counted, grouped } from "../../charts/words";
import { words } from "../../parts/labels";
import { Panel } from "../../parts/Panel";
import { Empty } from "../../parts/states";
import { Untrusted } from "../../parts/Untrusted";
import { quoted } from "../../sql/snippets";
import { useParam } from "../../url/state";
import classes from "./sources.module.css";

export function Rejects({ rejects }: { rejects: readonly Reject[] }) {
  const [reason, setReason] = useParam("reason");
  const reasons = useMemo(() => countedReasons(rejects), [rejects]);
  const shown = reason ? rejects.filter((reject) => reject.reason === reason) : rejects;
  if (rejects.length === 0) {
    return <Empty title="Nothing was rejected">Every record that came in could be read.</Empty>;
  }
  const data = {
    columns: ["source", "position", "reason", "detail", "size", "bytes"],
    rows: shown.map((one) => [
      one.source,
      one.position,
      one.reason,
      one.detail ?? "",
      one.size,
      one.bytes_text,
    ]),
  };
  return (
    <Panel
      title={`The newest ${counted(shown.length, "reject")}`}
      note="Received is always rows, and rejects, and what was there already: nothing is dropped without a word."
      actions={
        <>
          <Select
            size="xs"
            placeholder="Any reason"
            aria-label="Reason"
            clearable
            value={reason || null}
            onChange={(value) => setReason(value ?? "")}
            data={reasons.map(([name, n]) => ({ value: name, label: `${words(name)} (${grouped(n)})` }))}
          />
          <Button variant="default" onClick={() => save("rejects.csv", csv(data), "text/csv")}>
            CSV
          </Button>
        </>
      }
    >
      <ul className={classes.rejects}>
        {shown.map((reject) => (
          <RejectItem key={`${reject.source} ${reject.position}`} reject={reject} />
        ))}
      </ul>
    </Panel>
  );
}

function RejectItem({ reject }: { reject: Reject }) {
  return (
    <li>
      <header>
        <strong>{words(reject.reason)}</strong>
        <Untrusted text={reject.source} mono />
        <span className="soft numbers">
          byte {grouped(reject.position)}, {bytes(reject.size)}
        </span>
      </header>
      {reject.detail && (
        <p>
          <Untrusted text={reject.detail} />
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <pre className={classes.bytes} tabIndex={0}>
        <Untrusted text={reject.bytes_text} lines mono />
      </pre>
      <Replay source={reject.source} />
    </li>
  );
}

/** Reading again is the machine's matter: here stands what to type, once the format or the mapping is mended. */
function Replay({ source }: { source: string }) {
  const command = `margay ingest --explain ${quoted(source)}`;
  return (
    <CopyButton value={command}>
      {({ copied, copy }) => (
        <button type="button" className={classes.replay} onClick={copy}>
          {copied ? "Copied" : "Copy the command that says what is wrong:"} <Untrusted text={command} mono />
        </button>
      )}
    </CopyButton>
  );
}

function countedReasons(rejects: readonly Reject[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const reject of rejects) counts.set(reject.reason, (counts.get(reject.reason) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
