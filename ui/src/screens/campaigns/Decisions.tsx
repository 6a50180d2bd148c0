// What people have decided about a campaign, to be read and taken back, and how it changed.

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { remove } from "../../api/client";
import type { CampaignAnswer, Decision } from "../../api/heavy";
import { useMay } from "../../api/session";
import { counted } from "../../charts/words";
import { words } from "../../parts/labels";
import { Panel } from "../../parts/Panel";
import { Failure } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./campaigns.module.css";

export function Decisions({ answer }: { answer: CampaignAnswer }) {
  const client = useQueryClient();
  const mayWork = useMay("work_on_events");
  const undo = useMutation({
    mutationFn: (number: number) => remove(`/campaigns/decisions/${number}`),
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <div className={classes.stack}>
      <Panel
        title="Decisions of people"
        note="They hold whatever is computed later, until they are taken back."
      >
        {undo.error && <Failure error={undo.error} />}
        {answer.decisions.length === 0 && <p className="soft">Nobody has joined or split anything here.</p>}
        <ul className={classes.decisions}>
          {answer.decisions.map((decision) => (
            <li key={decision.number}>
              <Time at={decision.given_at} seconds={false} />
              <strong>{kindOf(decision)}</strong>
              <Untrusted text={decision.given_by} />
              <span>
                <Untrusted text={decision.reason} />
              </span>
              {mayWork && decision.revoked_at === null && (
                <Button
                  variant="default"
                  loading={undo.isPending}
                  onClick={() => undo.mutate(decision.number)}
                >
                  Take back
                </Button>
              )}
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title="How it changed">
        <ul className={classes.decisions}>
          {answer.changes.map((change) => (
            <li key={`${change.changed_at} ${change.change}`}>
              <Time at={change.changed_at} seconds={false} />
              <strong>{words(change.change)}</strong>
              <span className="soft">{counted(change.events?.length ?? 0, "event")}</span>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

function kindOf(decision: Decision): string {
  return decision.decision.decision === "join" ? "joined" : "split";
}
