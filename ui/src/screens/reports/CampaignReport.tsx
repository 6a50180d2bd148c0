// One campaign on paper.
import { useQuery } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { Row } from "../../api/types";
import { Answer } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Sentences } from "../event/Sentences";
import { EventTable } from "./EventTable";
import { Paper, Section, strictest } from "./Report";

interface CampaignAnswer {
  campaign: { name: string; first_seen: string; last_seen: string; because: string[]; unless: string[] };
  events: Row[];
}

export function CampaignReport({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ["campaign", id],
    queryFn: ({ signal }) => get<CampaignAnswer>(`/campaigns/${encodeURIComponent(id)}`, {}, signal),
  });
  return (
    <Answer query={query}>
      {({ campaign, events }) => (
        <Paper title={`Campaign ${campaign.name}`} tlp={strictest(events.map((row) => row.tlp))}>
          <p>
            {events.length} events from <Time at={campaign.first_seen} /> to <Time at={campaign.last_seen} />.
            The name is neutral and says nothing of who is behind it.
          </p>
          <Section title="Why these belong together">
            <Sentences texts={campaign.because} />
          </Section>
          <Section title="What would make that wrong">
            <Sentences texts={campaign.unless} />
          </Section>
          <Section title="Events">
            <EventTable rows={events} />
          </Section>
        </Paper>
      )}
    </Answer>
  );
}
