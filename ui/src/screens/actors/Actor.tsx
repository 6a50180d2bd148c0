// One actor: its names, what it is known to use, what of that was met here, could be seen here, and is looked for.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { save } from "../../api/client";
import { type ActorAnswer, list, one, type SuspectedCampaign, type Technique } from "../../api/heavy";
import { csv } from "../../charts/save";
import { counted } from "../../charts/words";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Answer } from "../../parts/states";
import { type Column, Table } from "../../parts/Table";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./actors.module.css";

export function Actor() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const query = useQuery(one<ActorAnswer>(`/actors/${encodeURIComponent(id)}`));
  const actor = query.data;
  return (
    <Page
      title={actor?.name ?? id}
      note={
        actor && (
          <>
            <span className="mono">{actor.id}</span>{" "}
            {actor.aliases.length > 0 && (
              <>
                also called <Untrusted text={actor.aliases.join(", ")} />
              </>
            )}
          </>
        )
      }
      actions={
        <Button
          variant="default"
          renderRoot={(props) => <Link {...props} to="/attack" search={{ actor: id } as never} />}
        >
          Mark in ATT&CK
        </Button>
      }
    >
      <Answer query={query}>{(answer) => <Parts actor={answer} />}</Answer>
    </Page>
  );
}

function Parts({ actor }: { actor: ActorAnswer }) {
  const met = actor.techniques.filter((technique) => technique.n_events > 0).length;
  const blind = actor.techniques.filter((technique) => technique.visibility === 0).length;
  const data = {
    columns: ["technique", "name", "events", "rules", "visibility"],
    rows: actor.techniques.map((one) => [one.id, one.name, one.n_events, one.n_rules, one.visibility]),
  };
  return (
    <div className={classes.columns}>
      <Panel
        title="Techniques"
        note={`${met} of ${counted(actor.techniques.length, "technique")} were met here; ${blind} could not be seen in what is collected.`}
        actions={
          <Button variant="default" onClick={() => save(`${actor.id}.csv`, csv(data), "text/csv")}>
            CSV
          </Button>
        }
        flush
      >
        <Table
          rows={actor.techniques}
          columns={COLUMNS}
          keyOf={(technique) => technique.id}
          caption="Techniques"
        />
      </Panel>
      <div className={classes.side}>
        <Suspected id={actor.id} />
        <Panel title="Software" note="That MITRE knows it to use.">
          <ul className={classes.software}>
            {actor.software.map(([id, name]) => (
              <li key={id}>
                <span className="mono soft">{id}</span> <Untrusted text={name} />
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </div>
  );
}

/** Attribution reads every campaign: it is asked for apart from the rest. */
function Suspected({ id }: { id: string }) {
  const query = useQuery(list<SuspectedCampaign>("/campaigns", { actor: id }));
  return (
    <Panel
      title="Campaigns here"
      note="That it may be behind, by techniques, software and claims. An estimate among all known groups and nobody of them, and no proof."
    >
      <Answer query={query} what="Weighing campaigns">
        {(campaigns) =>
          campaigns.length === 0 ? (
            <p className="soft">None that is likelier than almost no chance.</p>
          ) : (
            <ul className={classes.software}>
              {campaigns.map((campaign) => (
                <li key={campaign.id}>
                  <Link to="/campaigns/$id" params={{ id: campaign.id } as never}>
                    <Untrusted text={campaign.name} max={40} />
                  </Link>{" "}
                  <span className="soft">
                    {campaign.words} ({Math.round(campaign.probability * 100)} %),{" "}
                    {counted(campaign.n_events, "event")}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  );
}

const COLUMNS: Column<Technique>[] = [
  {
    key: "id",
    head: "Id",
    by: (technique) => technique.id,
    cell: (technique) => (
      <Link to="/attack" search={{ sel: technique.id } as never} className="mono">
        {technique.id}
      </Link>
    ),
  },
  { key: "name", head: "Technique", by: (technique) => technique.name, cell: (technique) => technique.name },
  {
    key: "events",
    head: "Events",
    numeric: true,
    by: (technique) => technique.n_events,
    cell: (technique) => technique.n_events || "–",
  },
  {
    key: "rules",
    head: "Rules",
    numeric: true,
    by: (technique) => technique.n_rules,
    cell: (technique) => technique.n_rules || "–",
  },
  {
    key: "visible",
    head: "Visible",
    help: "How much of what MITRE's best analytic asks for is collected",
    numeric: true,
    by: (technique) => technique.visibility,
    cell: (technique) =>
      technique.visibility === null ? "–" : `${Math.round(technique.visibility * 100)} %`,
  },
];
