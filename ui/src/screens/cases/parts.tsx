// The parts of a case that people add to: tasks, requests to others, evidence, notes.
import { Button, Checkbox, Select, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { CaseItem, CaseRequest, CaseTask } from "../../api/types";
import { Indicator } from "../../parts/Indicator";
import { Panel } from "../../parts/Panel";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import type { Change } from "./Case";
import classes from "./cases.module.css";

interface Working {
  mayManage: boolean;
  onChange: (change: Change) => void;
}

/** A line to write in, which is empty again once it was sent. */
function useLine(send: (text: string) => void) {
  const [text, setText] = useState("");
  const submit = (form: FormEvent) => {
    form.preventDefault();
    if (!text.trim()) return;
    send(text.trim());
    setText("");
  };
  return { text, setText, submit };
}

export function Tasks({ tasks, mayManage, onChange }: Working & { tasks: CaseTask[] }) {
  const line = useLine((title) => onChange({ kind: "add_task", title, assignee: null, due_at: null }));
  return (
    <Panel title="Tasks">
      {tasks.length === 0 && <p className="soft">Nothing is to do.</p>}
      <ul className={classes.tasks}>
        {tasks.map((task) => (
          <li key={task.number}>
            <Checkbox
              checked={task.done !== null}
              disabled={!mayManage}
              onChange={(event) =>
                onChange({ kind: "do_task", number: task.number, done: event.currentTarget.checked })
              }
              label={<Untrusted text={task.title} max={300} />}
            />
            <span className="soft">
              {task.assignee && <Untrusted text={task.assignee} max={30} />}
              {task.due_at && !task.done && (
                <>
                  {" "}
                  due <Time at={task.due_at} seconds={false} />
                </>
              )}
              {task.done && (
                <>
                  {" "}
                  done <Time at={task.done[0]} seconds={false} /> by{" "}
                  <Untrusted text={task.done[1]} max={30} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {mayManage && (
        <form onSubmit={line.submit} className={classes.form}>
          <TextInput
            aria-label="New task"
            placeholder="Another task"
            value={line.text}
            onChange={(event) => line.setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={!line.text.trim()}>
            Add
          </Button>
        </form>
      )}
    </Panel>
  );
}

export function Requests({ requests, mayManage, onChange }: Working & { requests: CaseRequest[] }) {
  const [to, setTo] = useState("");
  const line = useLine((question) => onChange({ kind: "ask", to: to.trim(), question, due_at: null }));
  return (
    <Panel title="Requests to others">
      {requests.map((request) => (
        <Asked key={request.number} request={request} mayManage={mayManage} onChange={onChange} />
      ))}
      {requests.length === 0 && <p className="soft">Nobody was asked.</p>}
      {mayManage && (
        <form onSubmit={line.submit} className={classes.form}>
          <TextInput
            aria-label="Whom to ask"
            placeholder="team"
            w={110}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <TextInput
            aria-label="Question"
            placeholder="Question"
            flex={1}
            value={line.text}
            onChange={(event) => line.setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={!line.text.trim() || !to.trim()}>
            Ask
          </Button>
        </form>
      )}
    </Panel>
  );
}

function Asked({ request, mayManage, onChange }: Working & { request: CaseRequest }) {
  const line = useLine((text) => onChange({ kind: "answer", number: request.number, text }));
  return (
    <div className={classes.request}>
      <div>
        <b>
          <Untrusted text={request.to} max={40} />
        </b>
        : <Untrusted text={request.question} max={600} />
      </div>
      {request.answer ? (
        <blockquote>
          <Untrusted text={request.answer.text} max={1000} lines />
          <div className="soft">
            <Untrusted text={request.answer.by} max={40} />, <Time at={request.answer.at} seconds={false} />
          </div>
        </blockquote>
      ) : (
        mayManage && (
          <form onSubmit={line.submit} className={classes.form}>
            <TextInput
              aria-label={`Answer to request ${request.number}`}
              placeholder="Answer"
              flex={1}
              value={line.text}
              onChange={(event) => line.setText(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" disabled={!line.text.trim()}>
              Note it
            </Button>
          </form>
        )
      )}
    </div>
  );
}

const KINDS = ["indicator", "campaign", "record", "file"];

export function Things({ items, mayManage, onChange }: Working & { items: CaseItem[] }) {
  const [kind, setKind] = useState<string | null>("indicator");
  const line = useLine((value) => onChange({ kind: "add_item", item_kind: kind, value, note: "" }));
  return (
    <Panel title="Other evidence" note="Indicators, campaigns, records, files">
      <ul className={classes.things}>
        {items.map((item) => (
          <li key={`${item.kind} ${item.value}`}>
            <span className="soft">{item.kind}</span> <Indicator value={item.value} />{" "}
            <Untrusted text={item.note} max={120} />
          </li>
        ))}
      </ul>
      {items.length === 0 && <p className="soft">None so far.</p>}
      {mayManage && (
        <form onSubmit={line.submit} className={classes.form}>
          <Select
            aria-label="Kind"
            data={KINDS}
            value={kind}
            onChange={setKind}
            w={120}
            allowDeselect={false}
          />
          <TextInput
            aria-label="Evidence"
            placeholder={kind === "indicator" ? "domain:evil.example" : "id"}
            flex={1}
            value={line.text}
            onChange={(event) => line.setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={!line.text.trim()}>
            Add
          </Button>
        </form>
      )}
    </Panel>
  );
}

export function Note({ mayWrite, onChange }: { mayWrite: boolean; onChange: Working["onChange"] }) {
  const line = useLine((text) => onChange({ kind: "note", text }));
  if (!mayWrite) return null;
  return (
    <Panel title="Note">
      <form onSubmit={line.submit}>
        <Textarea
          aria-label="Note"
          placeholder="Write something down; it goes into the timeline and stays there"
          autosize
          minRows={3}
          value={line.text}
          onChange={(event) => line.setText(event.currentTarget.value)}
        />
        <Button type="submit" mt={6} disabled={!line.text.trim()}>
          Write it down
        </Button>
      </form>
    </Panel>
  );
}
