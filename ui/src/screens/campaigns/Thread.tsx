// How a campaign went on: each event in time, and why it is held to follow another one.

import { Button, Checkbox, Modal, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../../api/client";
import type { CampaignAnswer, EventRow, Reason, Step } from "../../api/heavy";
import { useMay } from "../../api/session";
import { counted } from "../../charts/words";
import { Severity, State } from "../../parts/labels";
import { Panel } from "../../parts/Panel";
import { Failure } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./campaigns.module.css";

export function Thread({ answer }: { answer: CampaignAnswer }) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const mayWork = useMay("work_on_events");
  const byId = new Map(answer.events.map((event) => [event.id, event]));
  // What the reader may not see has no row, and its step is not told.
  const steps = (answer.campaign.thread ?? []).filter((step) => byId.has(step.event));
  const toggled = (id: string) => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    setPicked(next);
  };
  return (
    <Panel
      title="Activity thread"
      note="Each event follows the one that it has most in common with; above 0 bits it is more likely than not."
      actions={
        mayWork && (
          <Split
            campaign={answer.campaign.id}
            events={[...picked]}
            total={steps.length}
            onDone={() => setPicked(new Set())}
          />
        )
      }
    >
      <ol className={classes.thread}>
        {steps.map((step) => (
          <StepItem
            key={step.event}
            step={step}
            byId={byId}
            pick={mayWork ? { isPicked: picked.has(step.event), toggle: () => toggled(step.event) } : null}
          />
        ))}
      </ol>
    </Panel>
  );
}

interface StepProps {
  step: Step;
  byId: ReadonlyMap<string, EventRow>;
  pick: { isPicked: boolean; toggle: () => void } | null;
}

function StepItem({ step, byId, pick }: StepProps) {
  const event = byId.get(step.event);
  const before = step.after ? byId.get(step.after.event) : undefined;
  if (!event) return null;
  return (
    <li className={classes.step} data-firm={step.after?.is_firm ?? true}>
      <div className={classes.stepHead}>
        {pick && (
          <Checkbox
            size="xs"
            aria-label={`Pick ${event.title}`}
            checked={pick.isPicked}
            onChange={pick.toggle}
          />
        )}
        <Time at={step.at} seconds={false} />
        <Severity value={event.severity} />
        <State value={event.state} />
        <span className="mono soft">{event.techniques.slice(0, 4).join(" ")}</span>
      </div>
      <Link to="/events/$id" params={{ id: event.id }} className={classes.name}>
        <Untrusted text={event.title} />
      </Link>
      {step.after && (
        <details className={classes.reasons}>
          <summary>
            {step.after.decided ? "joined by people" : `${signed(step.after.bits)} bits`}
            {!step.after.is_firm && ", not firm"}
            {before && (
              <>
                {" "}
                after <Untrusted text={before.title} max={60} />
              </>
            )}
          </summary>
          <Reasons reasons={step.after.reasons} />
        </details>
      )}
    </li>
  );
}

/** Widest bar of a reason, in bits: beyond it nothing looks surer than sure. */
const BITS_FULL = 12;

function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  return (
    <table className={classes.reasonTable}>
      <tbody>
        {reasons.map((reason) => (
          <tr key={reason.what}>
            <td className="numbers">{signed(reason.bits)}</td>
            <td className={classes.barCell}>
              <span
                className={classes.bits}
                data-against={reason.bits < 0 || undefined}
                style={{ width: `${Math.min(100, (100 * Math.abs(reason.bits)) / BITS_FULL)}%` }}
              />
            </td>
            <td>
              <Untrusted text={reason.what} />
              {reason.forgeable && <span className="soft"> (an intruder can choose this)</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export const signed = (bits: number): string => `${bits < 0 ? "−" : "+"}${Math.abs(bits).toFixed(1)}`;

interface SplitProps {
  campaign: string;
  events: string[];
  total: number;
  onDone: () => void;
}

function Split({ campaign, events, total, onDone }: SplitProps) {
  const [opened, { open, close }] = useDisclosure(false);
  const [reason, setReason] = useState("");
  const client = useQueryClient();
  const split = useMutation({
    mutationFn: () => post("/campaigns/decisions", { split: { id: campaign, events }, reason }),
    onSuccess: async () => {
      await client.invalidateQueries();
      close();
      onDone();
    },
  });
  return (
    <>
      <Button variant="default" disabled={events.length === 0 || events.length >= total} onClick={open}>
        Take {events.length > 0 ? counted(events.length, "event") : "events"} out
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={`Take ${counted(events.length, "event")} out of the campaign`}
      >
        <p>
          They are not put together with the others again, whatever is computed later, until you take it back.
        </p>
        <Textarea
          label="Why"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        {split.error && <Failure error={split.error} />}
        <div className={classes.acts}>
          <Button disabled={reason.trim() === ""} loading={split.isPending} onClick={() => split.mutate()}>
            Take out
          </Button>
        </div>
      </Modal>
    </>
  );
}
