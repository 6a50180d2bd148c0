// One campaign: why its events belong together, how it went on, its graph, who may be behind it, what people decided.

import { Button, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { download } from "../../api/client";
import { type CampaignAnswer, campaignPath, graphOf, isLive, one } from "../../api/heavy";
import { counted, rough } from "../../charts/words";
import { GraphExplorer } from "../../graph/Explorer";
import type { Node } from "../../graph/model";
import { Copy } from "../../parts/Copy";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Answer } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { useParam } from "../../url/state";
import { AttributionPanel } from "./Attribution";
import classes from "./campaigns.module.css";
import { Decisions } from "./Decisions";
import { Thread } from "./Thread";

export function Campaign() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const query = useQuery(one<CampaignAnswer>(campaignPath(id)));
  const name = query.data?.campaign.name ?? "Campaign";
  return (
    <Page
      title={name}
      note={query.data && <Note answer={query.data} />}
      actions={
        <>
          <Copy value={id} what="id" exact />
          <Button
            variant="default"
            onClick={() => void download(campaignPath(id, "/flow"), `${name}.flow.json`)}
          >
            Attack Flow
          </Button>
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link {...props} to="/reports/$kind/$id" params={{ kind: "campaign", id }} />
            )}
          >
            Report
          </Button>
        </>
      }
    >
      <Answer query={query}>{(answer) => <Parts answer={answer} />}</Answer>
    </Page>
  );
}

function Note({ answer: { campaign, events } }: { answer: CampaignAnswer }) {
  return (
    <>
      {counted(events.length, "threat event")}, <Time at={campaign.first_seen} seconds={false} /> to{" "}
      <Time at={campaign.last_seen} seconds={false} />
    </>
  );
}

function Parts({ answer }: { answer: CampaignAnswer }) {
  const [tab, setTab] = useParam("tab", "thread");
  return (
    <Tabs value={tab} onChange={(value) => setTab(value ?? "thread")} keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="thread">Thread</Tabs.Tab>
        <Tabs.Tab value="graph">Graph</Tabs.Tab>
        <Tabs.Tab value="actor">Who may be behind it</Tabs.Tab>
        <Tabs.Tab value="decisions">Decisions</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="thread">
        <div className={classes.columns}>
          <Thread answer={answer} />
          <div className={classes.side}>
            <Why answer={answer} />
            <SharedPanel answer={answer} />
          </div>
        </div>
      </Tabs.Panel>
      <Tabs.Panel value="graph">
        <CampaignGraph answer={answer} />
      </Tabs.Panel>
      <Tabs.Panel value="actor">
        <AttributionPanel id={answer.campaign.id} />
      </Tabs.Panel>
      <Tabs.Panel value="decisions">
        <Decisions answer={answer} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Why({ answer: { campaign } }: { answer: CampaignAnswer }) {
  return (
    <>
      <Panel title="Why these belong together">
        <Sentences of={campaign.because} />
        {campaign.n_plantable > 0 && (
          <p className="soft">
            {counted(campaign.n_plantable, "of the shared things")} can be planted by an intruder who wants to
            look like somebody else; they count little.
          </p>
        )}
      </Panel>
      <Panel title="What would make it wrong">
        <Sentences of={campaign.unless} />
      </Panel>
    </>
  );
}

function Sentences({ of }: { of: readonly string[] }) {
  return (
    <ul className={classes.sentences}>
      {of.map((sentence) => (
        <li key={sentence}>
          <Untrusted text={sentence} />
        </li>
      ))}
    </ul>
  );
}

function SharedPanel({ answer: { campaign } }: { answer: CampaignAnswer }) {
  const sorted = [...campaign.shared].sort((a, b) => b.bits - a.bits);
  return (
    <Panel title="What its events share" note="The rarer a thing is elsewhere, the more bits it is worth.">
      <ul className={classes.shared}>
        {sorted.map((shared) => (
          <li key={`${shared.kind} ${shared.value}`}>
            <span className="soft">{shared.kind}</span>
            <Link to="/indicators" search={{ q: shared.value } as never}>
              <Untrusted text={shared.value} max={48} mono defanged={isLive(shared.kind)} />
            </Link>
            <span className="numbers soft">
              {counted(shared.events, "event")}, +{rough(shared.bits)} bits
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function CampaignGraph({ answer: { campaign } }: { answer: CampaignAnswer }) {
  const query = useQuery({ ...graphOf(campaign.id), staleTime: 120_000 });
  const navigate = useNavigate();
  const open = (node: Node) => {
    if (node.kind === "event") void navigate({ to: "/events/$id", params: { id: node.id } });
    else if (node.kind === "technique")
      void navigate({ to: "/attack", search: { sel: node.label } as never });
    else void navigate({ to: "/indicators", search: { q: node.label } as never });
  };
  return (
    <Answer query={query} what="Laying out the graph">
      {(net) => <GraphExplorer net={net} title={`Graph of ${campaign.name}`} onOpen={open} />}
    </Answer>
  );
}
