// What people and keys did: a log of which every line holds the digest of the one before.
import { Alert, Button, TextInput } from "@mantine/core";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { AuditItem } from "../../api/types";
import { Panel } from "../../parts/Panel";
import { Answer, Failure } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { useParam } from "../../url/state";
import classes from "./admin.module.css";

interface AuditPage {
  items: AuditItem[];
  next: string | number | null;
}

/** What `verify_audit` found. */
interface Report {
  n_lines: number;
  n_problems: number;
  problems: unknown[];
}

const PAGE = 100;

export function Audit() {
  const [by, setBy] = useParam("by");
  const [action, setAction] = useParam("action");
  const query = useInfiniteQuery({
    queryKey: ["audit", by, action],
    initialPageParam: "" as string | number,
    queryFn: ({ pageParam, signal }) =>
      get<AuditPage>("/audit", { by, action, after: pageParam, limit: PAGE }, signal),
    getNextPageParam: (page) => page.next,
  });
  const verify = useMutation({ mutationFn: () => get<{ report: Report }>("/audit/verify") });
  return (
    <Panel
      title="Audit"
      note="Nothing is changed or removed here; margay audit verify checks the chain from outside"
      flush
      actions={
        <>
          <TextInput
            size="xs"
            aria-label="By whom"
            placeholder="by"
            value={by}
            onChange={(event) => setBy(event.currentTarget.value, { replace: true })}
          />
          <TextInput
            size="xs"
            aria-label="Which action"
            placeholder="action"
            value={action}
            onChange={(event) => setAction(event.currentTarget.value, { replace: true })}
          />
          <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
            Verify the chain
          </Button>
        </>
      }
    >
      {verify.data && <Verified report={verify.data.report} />}
      {verify.error && <Failure error={verify.error} />}
      <Answer query={query}>
        {({ pages }) => (
          <div className={classes.scroll}>
            <table className={classes.table}>
              <thead>
                <tr>
                  {["Number", "When", "Who", "Did", "To", "Detail"].map((title) => (
                    <th key={title} scope="col">
                      {title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {pages
                  .flatMap((page) => page.items)
                  .map((item) => (
                    <tr key={item.number}>
                      <td className="numbers">{item.number}</td>
                      <td>
                        <Time at={item.at} />
                      </td>
                      <td>
                        <Untrusted text={item.by} max={40} />
                      </td>
                      <td className="mono">{item.action}</td>
                      <td>
                        <Untrusted text={item.subject} max={60} mono />
                      </td>
                      <td>
                        <Untrusted text={detailOf(item.detail)} max={120} mono />
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
            {query.hasNextPage && (
              <div className={classes.none}>
                <Button
                  variant="default"
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  Older ones
                </Button>
              </div>
            )}
          </div>
        )}
      </Answer>
    </Panel>
  );
}

function Verified({ report }: { report: Report }) {
  const whole = report.n_problems === 0;
  return (
    <Alert m="sm" color={whole ? "eyeshine" : "red"} role="status">
      {whole
        ? `All ${report.n_lines.toLocaleString("en")} lines are as they were written.`
        : `${report.n_problems} of ${report.n_lines.toLocaleString("en")} lines are not as they were written: ${JSON.stringify(report.problems).slice(0, 500)}`}
    </Alert>
  );
}

function detailOf(detail: unknown): string {
  if (detail === null || detail === undefined) return "";
  return typeof detail === "string" ? detail : JSON.stringify(detail);
}
