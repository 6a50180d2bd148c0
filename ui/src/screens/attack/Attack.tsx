// The matrix of ATT&CK: what happened, what rules look for, what could be seen, and where nobody looks.

import { Button, SegmentedControl, Select, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { download, save } from "../../api/client";
import { type ActorItem, list, type Matrix, one } from "../../api/heavy";
import { csv } from "../../charts/save";
import { Page } from "../../parts/Page";
import { Answer } from "../../parts/states";
import { useUrl } from "../../url/state";
import classes from "./attack.module.css";
import { LAYERS, type LayerName, layerOf, matrixData, summaryOf } from "./layers";
import { MatrixGrid } from "./MatrixGrid";
import { TechniquePane } from "./TechniquePane";

export function Attack() {
  const [url, change] = useUrl();
  const layer = layerOf(url.layer);
  const matrix = useQuery(one<Matrix>("/attack/matrix", { actor: url.actor }));
  return (
    <Page
      title="ATT&CK"
      tab={layer.label}
      note={layer.about}
      fill
      actions={
        <>
          <Actors value={url.actor ?? null} onChange={(actor) => change({ actor: actor ?? undefined })} />
          <SegmentedControl
            size="xs"
            value={layer.name}
            onChange={(name) => change({ layer: name as LayerName })}
            data={LAYERS.map(({ name, label }) => ({ value: name, label }))}
            aria-label="Layer"
          />
          <Button
            variant="default"
            onClick={() =>
              void download("/attack/navigator", `margay-${layer.name}.json`, {
                query: { layer: layer.name },
              })
            }
          >
            Navigator
          </Button>
          {matrix.data && (
            <Button
              variant="default"
              onClick={() => matrix.data && save("attack.csv", csv(matrixData(matrix.data)), "text/csv")}
            >
              CSV
            </Button>
          )}
        </>
      }
    >
      <Answer query={matrix} what="Reading the matrix">
        {(data) => <Shown matrix={data} layer={layer.name} />}
      </Answer>
    </Page>
  );
}

function Shown({ matrix, layer }: { matrix: Matrix; layer: LayerName }) {
  const [url, change] = useUrl();
  const withParts = url.sub === "all";
  const onlyMarked = url.only === "marked";
  const summary = useMemo(() => summaryOf(matrix, layer), [matrix, layer]);
  const pick = (id: string | null) => change({ sel: id ?? undefined }, { replace: true });
  return (
    <>
      <div className={classes.bar}>
        <p className={classes.summary}>{summary}</p>
        <Switch
          size="xs"
          label="Sub-techniques"
          checked={withParts}
          onChange={(event) =>
            change({ sub: event.currentTarget.checked ? "all" : undefined }, { replace: true })
          }
        />
        <Switch
          size="xs"
          label="Only what the layer marks"
          checked={onlyMarked}
          onChange={(event) =>
            change({ only: event.currentTarget.checked ? "marked" : undefined }, { replace: true })
          }
        />
      </div>
      <div className={classes.body} data-split={url.sel !== undefined}>
        <MatrixGrid
          matrix={matrix}
          layer={layer}
          withParts={withParts}
          onlyMarked={onlyMarked}
          chosen={url.sel ?? null}
          onPick={pick}
        />
        {url.sel && <TechniquePane id={url.sel} matrix={matrix} onClose={() => pick(null)} />}
      </div>
    </>
  );
}

function Actors({ value, onChange }: { value: string | null; onChange: (actor: string | null) => void }) {
  const actors = useQuery({ ...list<ActorItem>("/actors"), staleTime: 600_000 });
  if (!actors.data) return null;
  return (
    <Select
      size="xs"
      w={210}
      placeholder="Mark what an actor uses"
      aria-label="Mark what an actor uses"
      searchable
      clearable
      limit={40}
      value={value}
      onChange={onChange}
      data={actors.data.map((actor) => ({ value: actor.id, label: `${actor.name} (${actor.id})` }))}
    />
  );
}
