// The records that the event rests on: in time, as columns, and as they came.
import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMay } from "../../api/session";
import type { EvidenceRow } from "../../api/types";
import { Copy } from "../../parts/Copy";
import { Panel } from "../../parts/Panel";
import { Answer } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { useParam } from "../../url/state";
import { formatTime, useZone, zoneName } from "../../url/zone";
import { evidenceQuery } from "./api";
import classes from "./event.module.css";

/** Records that are drawn; all of them are in the export. */
const SHOWN = 60;
const RAW_MAX = 4_000;

export function Evidence({ id }: { id: string }) {
  const mayRead = useMay("read_telemetry");
  const query = useQuery({ ...evidenceQuery(id), enabled: mayRead });
  const [form, setForm] = useParam("evidence", "columns");
  return (
    <Panel
      title="Evidence"
      note="The first records behind it, as they lie in the lake"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Form of the records"
          value={form}
          onChange={(value) => setForm(value, { replace: true })}
          data={[
            { value: "columns", label: "Columns" },
            { value: "raw", label: "Raw" },
          ]}
        />
      }
    >
      {!mayRead ? (
        <p className="soft">Your role reads events and not the records behind them.</p>
      ) : (
        <Answer query={query} what="Reading records">
          {({ rows, n_missing }) => (
            <>
              <Moments rows={rows} />
              {rows.length === 0 && (
                <p className="soft">
                  There are no records of ours behind it: somebody else reported it, or they are past
                  retention.
                </p>
              )}
              <div className={classes.records}>
                {rows.slice(0, SHOWN).map((row) => (
                  <Record key={row.record_id} row={row} raw={form === "raw"} />
                ))}
              </div>
              {rows.length > SHOWN && <p className="soft">{rows.length - SHOWN} more are in the export.</p>}
              {n_missing > 0 && <p className="soft">{n_missing} records are not there any more.</p>}
            </>
          )}
        </Answer>
      )}
    </Panel>
  );
}

function Record({ row, raw }: { row: EvidenceRow; raw: boolean }) {
  return (
    <details className={classes.record}>
      <summary>
        <Time at={row.observed_at} /> <span className="mono soft">{row.table}</span>{" "}
        <span className={classes.glance}>
          {raw ? (
            <Untrusted text={row.raw ?? ""} max={180} mono />
          ) : (
            <Untrusted
              text={row.columns
                .slice(1, 8)
                .map(({ value }) => value)
                .join("  ")}
              max={180}
              mono
            />
          )}
        </span>
      </summary>
      {raw ? (
        <div className={classes.raw}>
          <Untrusted text={(row.raw ?? "").slice(0, RAW_MAX)} mono lines />
          {(row.raw?.length ?? 0) > RAW_MAX && (
            <span className="soft"> … {(row.raw?.length ?? 0) - RAW_MAX} more characters</span>
          )}
        </div>
      ) : (
        <dl className={classes.fields}>
          {row.columns.map(({ name, value }) => (
            <div key={name}>
              <dt className="mono">{name}</dt>
              <dd>
                <Untrusted text={String(value)} max={500} mono />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p className="soft">
        <span className="mono">{row.record_id}</span> <Copy value={row.record_id} what="record id" exact />
        {row.source && (
          <>
            {" from "}
            <Untrusted text={row.source} max={120} mono />
          </>
        )}
      </p>
    </details>
  );
}

/** Each record as a tick in time: rhythm is seen before it is calculated. */
function Moments({ rows }: { rows: EvidenceRow[] }) {
  const [zone] = useZone();
  const times = rows.map((row) => Date.parse(row.observed_at)).filter(Number.isFinite);
  if (times.length < 2) return null;
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const tables = [...new Set(rows.map((row) => row.table))].slice(0, 6);
  const width = Math.max(1, last - first);
  return (
    <figure
      className={classes.moments}
      aria-label={`${times.length} records from ${formatTime(first, zone)} to ${formatTime(last, zone)} ${zoneName(zone)}`}
    >
      {tables.map((table) => (
        <div key={table} className={classes.lane}>
          <span className="mono soft">{table}</span>
          <svg viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true">
            <line x1="0" x2="1000" y1="8" y2="8" className={classes.axis} />
            {rows
              .filter((row) => row.table === table)
              .map((row) => {
                const x = ((Date.parse(row.observed_at) - first) / width) * 994 + 3;
                return <line key={row.record_id} x1={x} x2={x} y1="1" y2="15" className={classes.tick} />;
              })}
          </svg>
        </div>
      ))}
      <div className={classes.ends}>
        <span>{formatTime(first, zone)}</span>
        <span>{formatTime(last, zone)}</span>
      </div>
    </figure>
  );
}
