// Sigma rules with what they are worth here: live, noisy, inert because nothing feeds them, or refused.

import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { list, type Rule } from "../../api/heavy";
import { useMay } from "../../api/session";
import { grouped } from "../../charts/words";
import { PlusIcon } from "../../parts/icons";
import { Page } from "../../parts/Page";
import { Answer, Empty } from "../../parts/states";
import { type Column, Table } from "../../parts/Table";
import { Untrusted } from "../../parts/Untrusted";
import { useUrl } from "../../url/state";
import classes from "./rules.module.css";

const STATES = ["live", "noisy", "inert", "refused"] as const;

const ABOUT: Record<string, string> = {
  live: "can match what is collected here",
  noisy: "more than ten findings a day of late",
  inert: "can never match here: nothing feeds it",
  refused: "cannot be read",
};

export function Rules() {
  const [url, change] = useUrl();
  const query = useQuery(list<Rule>("/rules"));
  const mayWrite = useMay("write_rules");
  return (
    <Page
      title="Rules"
      tab={url.state}
      note="Sigma rules that come with Margay and your own. A rule that nothing feeds protects nobody."
      actions={
        <>
          <TextInput
            size="xs"
            w={220}
            placeholder="Title, technique, id, file"
            aria-label="Find a rule"
            value={url.q ?? ""}
            onChange={(event) => change({ q: event.currentTarget.value || undefined }, { replace: true })}
          />
          {mayWrite && (
            <Button
              variant="default"
              leftSection={<PlusIcon size={14} />}
              renderRoot={(props) => <Link {...props} to="/rules/$id" params={{ id: "new" }} />}
            >
              New rule
            </Button>
          )}
        </>
      }
    >
      <Answer query={query}>
        {(rules) => (
          <>
            <States rules={rules} value={url.state ?? "all"} onChange={(state) => change({ state })} />
            <List
              rules={rules.filter((rule) => !url.state || rule.state === url.state)}
              wanted={url.q ?? ""}
            />
          </>
        )}
      </Answer>
    </Page>
  );
}

interface StatesProps {
  rules: readonly Rule[];
  value: string;
  onChange: (state: string | undefined) => void;
}

function States({ rules, value, onChange }: StatesProps) {
  const n = (state: string) => rules.filter((rule) => rule.state === state).length;
  return (
    <div className={classes.states}>
      <SegmentedControl
        size="xs"
        aria-label="State"
        value={value}
        onChange={(state) => onChange(state === "all" ? undefined : state)}
        data={[
          { value: "all", label: `All ${grouped(rules.length)}` },
          ...STATES.map((state) => ({ value: state, label: `${state} ${grouped(n(state))}` })),
        ]}
      />
      <span className="soft">{ABOUT[value] ?? ""}</span>
    </div>
  );
}

function List({ rules, wanted }: { rules: readonly Rule[]; wanted: string }) {
  const shown = rules.filter((rule) => contains(rule, wanted.trim().toLowerCase()));
  if (shown.length === 0) {
    return (
      <Empty title="No rule is like that" command="margay rules add my_rule.yml">
        Rules of your own lie in the folder “rules” of the home folder.
      </Empty>
    );
  }
  return (
    <div className={classes.frame}>
      <Table rows={shown} columns={COLUMNS} keyOf={(rule) => `${rule.id} ${rule.file}`} caption="Rules" />
    </div>
  );
}

function contains(rule: Rule, wanted: string): boolean {
  return [rule.title, rule.id, rule.file, ...rule.techniques].join("\n").toLowerCase().includes(wanted);
}

const LEVELS = ["informational", "low", "medium", "high", "critical"];

const COLUMNS: Column<Rule>[] = [
  {
    key: "state",
    head: "State",
    oneLine: true,
    by: (rule) => STATES.indexOf(rule.state as (typeof STATES)[number]),
    cell: (rule) => <RuleState value={rule.state} />,
  },
  {
    key: "title",
    head: "Rule",
    by: (rule) => rule.title,
    cell: (rule) => (
      <>
        <Link to="/rules/$id" params={{ id: rule.id || rule.file }} className={classes.title}>
          <Untrusted text={rule.title} />
        </Link>
        {rule.why && (
          <div className="soft">
            <Untrusted text={rule.why} />
          </div>
        )}
      </>
    ),
  },
  {
    key: "level",
    head: "Level",
    oneLine: true,
    by: (rule) => LEVELS.indexOf(rule.level ?? ""),
    cell: (rule) => <Untrusted text={rule.level} />,
  },
  {
    key: "techniques",
    head: "ATT&CK",
    by: (rule) => rule.techniques[0],
    cell: (rule) => <Untrusted text={rule.techniques.join(" ")} mono />,
  },
  {
    key: "findings",
    head: "Findings",
    numeric: true,
    by: (rule) => rule.n_matches ?? 0,
    cell: (rule) => grouped(rule.n_matches ?? 0),
  },
  {
    key: "file",
    head: "File",
    oneLine: true,
    by: (rule) => rule.file,
    cell: (rule) => <Untrusted text={[rule.from, rule.file].filter(Boolean).join("/")} max={44} mono />,
  },
];

const SIGNS: Record<string, string> = { live: "●", noisy: "≋", inert: "○", refused: "✗" };

export function RuleState({ value }: { value: string }) {
  return (
    <span className={classes.state} data-state={value} title={ABOUT[value]}>
      <span aria-hidden="true">{SIGNS[value] ?? "·"}</span> {value}
    </span>
  );
}
