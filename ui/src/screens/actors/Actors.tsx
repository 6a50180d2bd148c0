// Actors that are known, and how much of what each of them does was seen here. Names are claims; overlap is no proof.

import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ActorItem, list } from "../../api/heavy";
import { Page } from "../../parts/Page";
import { Answer, Empty } from "../../parts/states";
import { type Column, Table } from "../../parts/Table";
import { Untrusted } from "../../parts/Untrusted";
import { useParam } from "../../url/state";
import classes from "./actors.module.css";

export function Actors() {
  const [wanted, setWanted] = useParam("q");
  const query = useQuery(list<ActorItem>("/actors"));
  return (
    <Page
      title="Actors"
      note="Groups of MITRE ATT&CK. That techniques were met here does not mean that the group was: most are used by most."
      actions={
        <TextInput
          size="xs"
          placeholder="Name, other name or id"
          aria-label="Find an actor"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value, { replace: true })}
        />
      }
    >
      <Answer query={query}>
        {(actors) => {
          const shown = actors.filter((actor) => bears(actor, wanted));
          return shown.length === 0 ? (
            <Empty title="No such actor">
              Names are compared with all other names that MITRE knows of a group.
            </Empty>
          ) : (
            <div className={classes.frame}>
              <Table rows={shown} columns={COLUMNS} keyOf={(actor) => actor.id} caption="Actors" />
            </div>
          );
        }}
      </Answer>
    </Page>
  );
}

/** Names are compared without case, blanks and hyphens: `apt 28` is APT28. */
const compared = (name: string) => name.toLowerCase().replace(/[\s-]+/g, "");

export function bears(actor: Pick<ActorItem, "id" | "name" | "aliases">, wanted: string): boolean {
  return [actor.id, actor.name, ...actor.aliases].some((name) => compared(name).includes(compared(wanted)));
}

const COLUMNS: Column<ActorItem>[] = [
  {
    key: "name",
    head: "Actor",
    by: (actor) => actor.name,
    cell: (actor) => (
      <Link to="/actors/$id" params={{ id: actor.id }} className={classes.name}>
        <Untrusted text={actor.name} />
      </Link>
    ),
  },
  {
    key: "id",
    head: "Id",
    by: (actor) => actor.id,
    cell: (actor) => <span className="mono">{actor.id}</span>,
  },
  {
    key: "also",
    head: "Also called",
    cell: (actor) => <Untrusted text={actor.aliases.join(", ")} max={90} />,
  },
  {
    key: "techniques",
    head: "Techniques",
    numeric: true,
    by: (actor) => actor.n_techniques,
    cell: (actor) => actor.n_techniques,
  },
  {
    key: "met",
    head: "Met here",
    help: "Techniques of the actor that threat events here have shown",
    numeric: true,
    by: (actor) => actor.n_met,
    cell: (actor) => actor.n_met,
  },
  {
    key: "software",
    head: "Software",
    numeric: true,
    by: (actor) => actor.n_software,
    cell: (actor) => actor.n_software,
  },
];
