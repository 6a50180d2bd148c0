// Values held against every record, the newest first: where they are, since when, and on which hosts.

import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { post } from "../../api/client";
import type { Sighting, Swept } from "../../api/heavy";
import { useMay } from "../../api/session";
import { counted, grouped } from "../../charts/words";
import { Indicator } from "../../parts/Indicator";
import { Panel } from "../../parts/Panel";
import { Failure } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { useRange } from "../../url/range";
import classes from "./indicators.module.css";

/** Values that the server looks for at once. */
const VALUES_MAX = 100;
const HOSTS_SHOWN = 8;

export function Sweep({ values }: { values: string[] }) {
  const may = useMay("read_telemetry");
  const [range] = useRange();
  const [isAsked, setAsked] = useState(false);
  const client = useQueryClient();
  const question = { text: values.join("\n"), since: range.since, until: range.until };
  const queryKey = ["sweep", question];
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => post<Swept>("/indicators/sweep", question, signal),
    enabled: isAsked,
    retry: false,
    staleTime: 600_000,
  });
  if (!may) return null;
  const stop = () => {
    setAsked(false);
    // The server hears that nobody waits any more, and stops reading.
    void client.cancelQueries({ queryKey });
  };
  return (
    <Panel
      title="In the records"
      note="All records of this time, the newest first: subdomains, networks and pages of URLs too."
      actions={
        query.isFetching ? (
          <Button variant="default" size="compact-sm" onClick={stop}>
            Stop
          </Button>
        ) : (
          <Button
            variant="default"
            size="compact-sm"
            disabled={values.length > VALUES_MAX}
            onClick={() => (isAsked ? void query.refetch() : setAsked(true))}
          >
            {query.data ? "Look again" : "Look in all records"}
          </Button>
        )
      }
    >
      <div role="status">
        {values.length > VALUES_MAX && (
          <p className="soft">At most {VALUES_MAX} values at once; load a longer list as intelligence.</p>
        )}
        {query.isFetching && <p className="soft">Reading records, for 45 seconds at most…</p>}
        {query.error && !query.isFetching && <Failure error={query.error} />}
        {query.data && !query.isFetching && <Outcome swept={query.data} />}
      </div>
    </Panel>
  );
}

function Outcome({ swept }: { swept: Swept }) {
  return (
    <>
      {swept.items.length === 0 && (
        <p>In no record{swept.stopped_at ? " that was read" : " of this time"}.</p>
      )}
      <ul className={classes.sightings}>
        {swept.items.map((item) => (
          <Met key={`${item.kind} ${item.value}`} item={item} />
        ))}
      </ul>
      {swept.stopped_at && (
        <p className={classes.warning}>
          <strong>△ Not all records were read.</strong> The time ran out at <Time at={swept.stopped_at} />:
          older ones were not looked at. Choose a shorter range of time, or run margay hunt.
        </p>
      )}
      {swept.n_left_out > 0 && (
        <p className="soft">
          {counted(swept.n_left_out, "more record")} met them in hours that hold too many to list.
        </p>
      )}
      {swept.refused.map((refused) => (
        <p key={refused} className="soft">
          <Untrusted text={refused} max={200} />
        </p>
      ))}
    </>
  );
}

function Met({ item }: { item: Sighting }) {
  const hosts = item.hosts.slice(0, HOSTS_SHOWN);
  return (
    <li>
      <Indicator value={item.value} max={50} />
      <span className="soft">
        {counted(item.records, "record")} from <Time at={item.first_seen} seconds={false} /> to{" "}
        <Time at={item.last_seen} seconds={false} />
      </span>
      <span className="soft">
        on {counted(item.n_hosts, "host")}:{" "}
        {hosts.map((host) => (
          <Link key={host} to="/events" search={{ f: `"${host}"` } as never} className={classes.host}>
            <Untrusted text={host} max={40} mono />
          </Link>
        ))}
        {item.n_hosts > hosts.length && <> and {grouped(item.n_hosts - hosts.length)} more</>}
      </span>
    </li>
  );
}
