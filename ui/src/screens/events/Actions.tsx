// The buttons of triage; each says its key, because that is how it is learned.
import { Button, Group, Menu, TextInput, Tooltip } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { EventChange } from "../../api/types";
import { CaretDownIcon } from "../../parts/icons";
import classes from "./Actions.module.css";
import { VERDICTS, type VerdictKey } from "./triage";

interface ActionsProps {
  /** How many events an action would be about. */
  n: number;
  onVerdict: (key: VerdictKey) => void;
  onChange: (change: EventChange, said: string) => void;
  onEscalate?: () => void;
  me: string | null;
}

export function Actions({ n, onVerdict, onChange, onEscalate, me }: ActionsProps) {
  const none = n === 0;
  return (
    <Group gap={6} role="group" aria-label={`Judge ${n} ${n === 1 ? "event" : "events"}`}>
      {(Object.keys(VERDICTS) as VerdictKey[]).map((key) => (
        <Tooltip
          key={key}
          label={
            none
              ? "Choose an event first (j, k or x)"
              : `${n} ${n === 1 ? "event" : "events"}: ${VERDICTS[key].said}`
          }
        >
          <Button
            variant="default"
            data-verdict={key}
            className={classes.verdict ?? ""}
            aria-keyshortcuts={key}
            disabled={none}
            onClick={() => onVerdict(key)}
          >
            <kbd className={classes.key}>{key}</kbd> {VERDICTS[key].said}
          </Button>
        </Tooltip>
      ))}
      <Button
        variant="default"
        aria-keyshortcuts="s"
        disabled={none}
        onClick={() =>
          onChange(
            { kind: "state", to: "triaged", reason: "suspicious, needs more" },
            "suspicious, needs more",
          )
        }
      >
        <kbd className={classes.key}>s</kbd> suspicious
      </Button>
      {onEscalate && (
        <Button variant="default" aria-keyshortcuts="e" disabled={none} onClick={onEscalate}>
          <kbd className={classes.key}>e</kbd> escalate
        </Button>
      )}
      <AssignMenu disabled={none} me={me} onChange={onChange} />
    </Group>
  );
}

function AssignMenu({
  disabled,
  me,
  onChange,
}: {
  disabled: boolean;
  me: string | null;
  onChange: ActionsProps["onChange"];
}) {
  const [open, setOpen] = useState(false);
  const [who, setWho] = useState("");
  const [tag, setTag] = useState("");
  const done = (change: EventChange, said: string) => {
    setOpen(false);
    onChange(change, said);
  };
  const assign = (form: FormEvent) => {
    form.preventDefault();
    if (who.trim()) done({ kind: "assign", to: who.trim() }, `assigned to ${who.trim()}`);
  };
  const label = (form: FormEvent) => {
    form.preventDefault();
    if (tag.trim()) done({ kind: "tag", tag: tag.trim() }, `tagged ${tag.trim()}`);
  };
  return (
    <Menu opened={open} onChange={setOpen} position="bottom-end" width={240} trapFocus>
      <Menu.Target>
        <Button
          id="assign-events"
          variant="default"
          aria-keyshortcuts="a"
          disabled={disabled}
          rightSection={<CaretDownIcon size={12} />}
        >
          <kbd className={classes.key}>a</kbd> assign, tag
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          rightSection={<kbd className={classes.key}>A</kbd>}
          onClick={() => done({ kind: "assign", to: me }, `assigned to ${me ?? "you"}`)}
        >
          To me
        </Menu.Item>
        <Menu.Item onClick={() => done({ kind: "assign", to: null }, "assigned to nobody")}>
          To nobody
        </Menu.Item>
        <form onSubmit={assign} className={classes.form}>
          <TextInput
            label="To"
            placeholder="a person or team"
            size="xs"
            value={who}
            onChange={(event) => setWho(event.currentTarget.value)}
          />
        </form>
        <Menu.Divider />
        <form onSubmit={label} className={classes.form}>
          <TextInput
            label="Tag"
            placeholder="follow-up"
            size="xs"
            value={tag}
            onChange={(event) => setTag(event.currentTarget.value)}
          />
        </form>
      </Menu.Dropdown>
    </Menu>
  );
}
