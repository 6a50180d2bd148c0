// Threat events that belong together, one campaign a line, and joining of several.

import { Button, Checkbox, Modal, Textarea, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { post } from "../../api/client";
import { type CampaignItem, isLive, list } from "../../api/heavy";
import { useMay } from "../../api/session";
import { counted, rough } from "../../charts/words";
import { Severity } from "../../parts/labels";
import { Page } from "../../parts/Page";
import { Answer, Empty, Failure } from "../../parts/states";
import { type Column, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { useRange } from "../../url/range";
import { useParam } from "../../url/state";
import classes from "./campaigns.module.css";

export function Campaigns() {
  const [range] = useRange();
  const [wanted, setWanted] = useParam("q");
  const query = useQuery(list<CampaignItem>("/campaigns", { since: range.since, until: range.until }));
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const mayWork = useMay("work_on_events");
  const columns = useMemo(() => columnsOf(mayWork ? { picked, setPicked } : null), [mayWork, picked]);
  return (
    <Page
      title="Campaigns"
      tab={query.data ? String(query.data.length) : undefined}
      note="Threat events that share infrastructure, tools or targets more than chance explains."
      actions={
        <>
          <TextInput
            size="xs"
            placeholder="Name, host, shared value"
            aria-label="Find a campaign"
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value, { replace: true })}
          />
          {mayWork && <Join ids={[...picked]} onDone={() => setPicked(new Set())} />}
        </>
      }
    >
      <Answer query={query}>
        {(campaigns) =>
          campaigns.length === 0 ? (
            <Empty title="No campaign yet" command="margay detect">
              Campaigns appear as soon as two threat events have something in common that few others have.
            </Empty>
          ) : (
            <div className={classes.table}>
              <Table
                rows={campaigns.filter((campaign) => matches(campaign, wanted))}
                columns={columns}
                keyOf={(campaign) => campaign.id}
                caption="Campaigns"
              />
            </div>
          )
        }
      </Answer>
    </Page>
  );
}

function matches(campaign: CampaignItem, wanted: string): boolean {
  const text = [
    campaign.id,
    campaign.name,
    ...(campaign.hosts ?? []),
    ...(campaign.shared ?? []).map((one) => one.value),
  ];
  return text.join("\n").toLowerCase().includes(wanted.trim().toLowerCase());
}

interface Picks {
  picked: ReadonlySet<string>;
  setPicked: (picked: ReadonlySet<string>) => void;
}

const ORDER = ["low", "medium", "high", "critical"];

function columnsOf(picks: Picks | null): Column<CampaignItem>[] {
  const columns: Column<CampaignItem>[] = [
    {
      key: "name",
      head: "Campaign",
      by: (campaign) => campaign.name,
      cell: (campaign) => (
        <Link to="/campaigns/$id" params={{ id: campaign.id }} className={classes.name}>
          <Untrusted text={campaign.name} />
        </Link>
      ),
    },
    {
      key: "severity",
      head: "Severity",
      by: (campaign) => ORDER.indexOf(campaign.severity ?? ""),
      numeric: false,
      cell: (campaign) => (campaign.severity ? <Severity value={campaign.severity} /> : "–"),
    },
    {
      key: "events",
      head: "Events",
      numeric: true,
      by: (campaign) => campaign.n_events,
      cell: (c) => c.n_events,
    },
    {
      key: "shared",
      head: "What its events share",
      cell: (campaign) => <SharedValues campaign={campaign} />,
    },
    {
      key: "hosts",
      head: "Targets",
      by: (campaign) => campaign.hosts?.length ?? 0,
      cell: (campaign) => <Few values={campaign.hosts ?? []} />,
    },
    {
      key: "first",
      head: "First seen",
      by: (c) => c.first_seen,
      cell: (c) => <Time at={c.first_seen} seconds={false} />,
    },
    {
      key: "last",
      head: "Last seen",
      by: (c) => c.last_seen,
      cell: (c) => <Time at={c.last_seen} seconds={false} />,
    },
  ];
  return picks ? [pickColumn(picks), ...columns] : columns;
}

function pickColumn({ picked, setPicked }: Picks): Column<CampaignItem> {
  const toggled = (id: string) => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    setPicked(next);
  };
  return {
    key: "pick",
    head: "Pick",
    cell: (campaign) => (
      <Checkbox
        size="xs"
        aria-label={`Pick ${campaign.name}`}
        checked={picked.has(campaign.id)}
        onChange={() => toggled(campaign.id)}
      />
    ),
  };
}

const FEW = 3;

function SharedValues({ campaign }: { campaign: CampaignItem }) {
  const strongest = [...(campaign.shared ?? [])].sort((a, b) => b.bits - a.bits).slice(0, FEW);
  return (
    <>
      {strongest.map((shared) => (
        <div key={`${shared.kind} ${shared.value}`}>
          <span className="soft">{shared.kind}</span>{" "}
          <Untrusted text={shared.value} max={44} mono defanged={isLive(shared.kind)} />{" "}
          <span className="soft numbers">+{rough(shared.bits)} bits</span>
        </div>
      ))}
    </>
  );
}

function Few({ values }: { values: readonly string[] }) {
  return (
    <>
      {values.slice(0, FEW).map((value) => (
        <div key={value}>
          <Untrusted text={value} max={36} mono />
        </div>
      ))}
      {values.length > FEW && <span className="soft">and {values.length - FEW} more</span>}
    </>
  );
}

function Join({ ids, onDone }: { ids: string[]; onDone: () => void }) {
  const [opened, { open, close }] = useDisclosure(false);
  const [reason, setReason] = useState("");
  const client = useQueryClient();
  const join = useMutation({
    mutationFn: () => post("/campaigns/decisions", { join: ids, reason }),
    onSuccess: async () => {
      await client.invalidateQueries();
      close();
      onDone();
    },
  });
  return (
    <>
      <Button variant="default" disabled={ids.length < 2} onClick={open}>
        Join {ids.length > 1 ? counted(ids.length, "campaign") : ""}
      </Button>
      <Modal opened={opened} onClose={close} title={`Join ${counted(ids.length, "campaign")}`}>
        <p>They become one, and stay so whatever is computed later, until you take it back.</p>
        <Textarea
          label="Why"
          description="Kept with the decision, for everybody."
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        {join.error && <Failure error={join.error} />}
        <div className={classes.acts}>
          <Button disabled={reason.trim() === ""} loading={join.isPending} onClick={() => join.mutate()}>
            Join
          </Button>
        </div>
      </Modal>
    </>
  );
}
