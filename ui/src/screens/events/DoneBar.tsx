// What was done a moment ago: why (one more key), and the way back.
import { ActionIcon, Button } from "@mantine/core";
import { XIcon } from "../../parts/icons";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./DoneBar.module.css";
import { type Triage, VERDICTS, type VerdictKey } from "./triage";

/** The reasons that digits stand for after a verdict. */
export function reasonsOf(triage: Triage): { key: VerdictKey; reasons: readonly string[] } | null {
  const change = triage.last?.change;
  if (change?.kind !== "verdict") return null;
  const found = Object.entries(VERDICTS).find(([, one]) => one.judgement === change.judgement);
  return found ? { key: found[0] as VerdictKey, reasons: found[1].reasons } : null;
}

export function DoneBar({ triage, onReason }: { triage: Triage; onReason: (reason: string) => void }) {
  const { last, error } = triage;
  const reasons = reasonsOf(triage);
  if (!last && !error) return null;
  return (
    <div className={classes.bar} role="status" aria-live="polite">
      {error ? (
        <span className={classes.bad}>
          Not done: <Untrusted text={error.message} />
        </span>
      ) : (
        last && (
          <>
            <span>
              {last.n.toLocaleString("en")} {last.n === 1 ? "event" : "events"}: <b>{last.said}</b>
              {last.refused.length > 0 && (
                <span className={classes.bad}>
                  , {last.refused.length} refused (<Untrusted text={last.refused[0]?.why ?? ""} max={120} />)
                </span>
              )}
            </span>
            {reasons && (
              <span className={classes.reasons}>
                <span className="soft">because</span>
                {reasons.reasons.map((reason, index) => (
                  <button
                    key={reason}
                    type="button"
                    className={classes.reason}
                    data-on={
                      last.change.kind === "verdict" && last.change.reason === reason ? true : undefined
                    }
                    onClick={() => onReason(reason)}
                    aria-keyshortcuts={String(index + 1)}
                  >
                    <kbd>{index + 1}</kbd> {reason}
                  </button>
                ))}
              </span>
            )}
            <Button
              variant="default"
              onClick={triage.undo}
              aria-keyshortcuts="z"
              disabled={last.change.kind === "comment"}
            >
              Undo <kbd className={classes.key}>z</kbd>
            </Button>
          </>
        )
      )}
      <ActionIcon variant="subtle" color="gray" size={26} aria-label="Close" onClick={triage.dismiss}>
        <XIcon size={14} />
      </ActionIcon>
    </div>
  );
}
