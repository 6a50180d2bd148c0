// Cases: work that needs more than a verdict, the worst first.
import { Button, Modal, SegmentedControl, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { get, post } from "../../api/client";
import { useMay } from "../../api/session";
import type { Case } from "../../api/types";
import { PlusIcon } from "../../parts/icons";
import { Severity, Tlp, words } from "../../parts/labels";
import { Page } from "../../parts/Page";
import { Answer, Empty, Failure } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { useParam } from "../../url/state";
import classes from "./cases.module.css";

export function Cases() {
  const [state, setState] = useParam("state", "open");
  const [opening, setOpening] = useState(false);
  const mayManage = useMay("manage_cases");
  const query = useQuery({
    queryKey: ["cases", state],
    queryFn: ({ signal }) => get<{ items: Case[] }>("/cases", { state }, signal),
  });
  return (
    <Page
      title="Cases"
      tab={query.data ? `${query.data.items.length} ${state}` : ""}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label="Which cases"
            value={state}
            onChange={(value) => setState(value)}
            data={["open", "closed", "all"].map((value) => ({ value, label: words(value) }))}
          />
          {mayManage && (
            <Button leftSection={<PlusIcon size={14} />} onClick={() => setOpening(true)}>
              New case
            </Button>
          )}
        </>
      }
    >
      <Answer query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={state === "closed" ? "No case is closed" : "No case is open"}>
              Press <kbd>e</kbd> on an event to escalate it to a case, or open one here.
            </Empty>
          ) : (
            <CaseTable cases={items} />
          )
        }
      </Answer>
      {opening && <NewCase onClose={() => setOpening(false)} />}
    </Page>
  );
}

function CaseTable({ cases }: { cases: Case[] }) {
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            {["Case", "Title", "Severity", "Owner", "To do", "Evidence", "Due", "Opened", "Marking"].map(
              (title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {cases.map((one) => (
            <tr key={one.id}>
              <td className="numbers">{one.number}</td>
              <td className={classes.wide}>
                <Link to={`/cases/${one.number}` as never}>
                  <Untrusted text={one.title} max={120} />
                </Link>
                {one.closed && <span className="soft"> · closed, {words(one.closed.outcome)}</span>}
              </td>
              <td>
                <Severity value={one.severity} />
              </td>
              <td>
                {one.owner ? <Untrusted text={one.owner} max={24} /> : <span className="soft">nobody</span>}
              </td>
              <td className="numbers">{todo(one)}</td>
              <td className="numbers">{one.items.length}</td>
              <td>
                <Time at={one.due_at} seconds={false} />
              </td>
              <td>
                <Time at={one.opened_at} seconds={false} />
              </td>
              <td>
                <Tlp value={one.tlp} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function todo({ tasks, requests }: Case): string {
  const open = tasks.filter((task) => !task.done).length + requests.filter((ask) => !ask.answer).length;
  const all = tasks.length + requests.length;
  return all === 0 ? "–" : `${open} of ${all}`;
}

function NewCase({ onClose }: { onClose: () => void }) {
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const [severity, setSeverity] = useState<string | null>("medium");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const open = useMutation({
    mutationFn: () => post<Case>("/cases", { title: title.trim(), description, severity }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["cases"] });
      await navigate({ to: `/cases/${made.number}` as never });
    },
  });
  const submit = (form: FormEvent) => {
    form.preventDefault();
    if (title.trim()) open.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="New case">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Title"
            value={title}
            maxLength={300}
            onChange={(event) => setTitle(event.currentTarget.value)}
            required
            data-autofocus
          />
          <Textarea
            label="What is known"
            autosize
            minRows={3}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <Select
            label="Severity"
            data={["low", "medium", "high", "critical"]}
            value={severity}
            onChange={setSeverity}
            allowDeselect={false}
          />
          {open.error && <Failure error={open.error} />}
          <Button type="submit" loading={open.isPending} disabled={!title.trim()}>
            Open the case
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
