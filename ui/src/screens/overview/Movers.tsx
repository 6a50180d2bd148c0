// Campaigns that have moved: which, how large, and when last.
import { Link } from "@tanstack/react-router";
import type { Overview } from "../../api/types";
import { Panel } from "../../parts/Panel";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./Overview.module.css";

const SHOWN = 8;

export function Movers({ campaigns }: { campaigns: Overview["campaigns"] }) {
  return (
    <Panel title="Campaigns" note="Events that belong together, the latest first">
      {campaigns.length === 0 && <p className="soft">No events belong together so far.</p>}
      <ul className={classes.movers}>
        {campaigns.slice(0, SHOWN).map((campaign) => (
          <li key={campaign.id}>
            <Link to={`/campaigns/${campaign.id}` as never}>
              <Untrusted text={campaign.name} max={40} />
            </Link>
            <span className="soft">
              {campaign.thread.length.toLocaleString("en")} events, last{" "}
              <Time at={campaign.last_seen} seconds={false} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
