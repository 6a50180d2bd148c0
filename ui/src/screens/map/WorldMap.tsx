// From where to where: countries in the records on a map that needs no network, and flows from them.

import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMay } from "../../api/session";
import { Sankey } from "../../charts/Sankey";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Answer, Empty, NoPermission } from "../../parts/states";
import { queried } from "../../sql/run";
import { type Range, useRange } from "../../url/range";
import { useUrl } from "../../url/state";
import { Choropleth } from "./Choropleth";
import { countryName } from "./countries";
import { byCountry, type CountryFlow, QUESTIONS, questionOf, read, stepsOf } from "./flows";
import classes from "./map.module.css";

/** Groups of country, middle and end; what lies behind is the smallest of the small. */
const GROUPS_MAX = 5000;

export function WorldMap() {
  const may = useMay("run_sql");
  return (
    <Page
      title="Map and flows"
      note="Countries as the sensors told them. Where a packet comes from is not who sent it."
    >
      {may ? (
        <Shown />
      ) : (
        <NoPermission what="The map asks the records by SQL, which needs the right “run_sql”." />
      )}
    </Page>
  );
}

const flowQuery = (table: string, range: Range) => ({
  queryKey: ["map", table, range.since, range.until],
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    read(await queried(questionOf(table, range).sql, GROUPS_MAX, signal)),
  staleTime: 120_000,
});

function Shown() {
  const [url, change] = useUrl();
  const [range] = useRange();
  const question = questionOf(url.table, range);
  const query = useQuery(flowQuery(question.table, range));
  return (
    <>
      <div className={classes.bar}>
        <Select
          label="Records"
          data={QUESTIONS.map(({ table, label }) => ({ value: table, label }))}
          value={question.table}
          allowDeselect={false}
          onChange={(table) => change({ table: table ?? undefined, country: undefined })}
        />
        {url.country && (
          <Select
            label="Country"
            data={[{ value: url.country, label: countryName(url.country) }]}
            value={url.country}
            clearable
            onChange={() => change({ country: undefined })}
          />
        )}
      </div>
      <Answer query={query} what="Counting by country">
        {(flows) =>
          flows.length === 0 ? (
            <Empty title="No countries in these records">
              Sensors and gateways name countries; Zeek does where it has a database of addresses.
            </Empty>
          ) : (
            <Panels
              flows={flows}
              what={question.what}
              country={url.country ?? null}
              onCountry={(country) => change({ country: country ?? undefined })}
            />
          )
        }
      </Answer>
    </>
  );
}

interface PanelsProps {
  flows: readonly CountryFlow[];
  what: string;
  country: string | null;
  onCountry: (country: string | null) => void;
}

function Panels({ flows, what, country, onCountry }: PanelsProps) {
  const chosen = country ? flows.filter((flow) => flow.country === country) : flows;
  return (
    <div className={classes.stack}>
      <Panel title="Map">
        <Choropleth counts={byCountry(flows)} what={what} chosen={country} onPick={onCountry} />
      </Panel>
      <Panel title="Flows">
        <Sankey
          title={country ? `From ${countryName(country)}` : "From all countries"}
          what={what}
          steps={stepsOf(chosen)}
          height={420}
        />
      </Panel>
    </div>
  );
}
