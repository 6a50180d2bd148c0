// One rule: its text with what is wrong in it, checked while one types, and what it would have found in the past.

import { yaml } from "@codemirror/lang-yaml";
import { Button, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { post, save } from "../../api/client";
import { one, type RuleAnswer, type RuleProblem, type Tested } from "../../api/heavy";
import { useMay } from "../../api/session";
import { counted } from "../../charts/words";
import { Editor, type Fault } from "../../editor/Editor";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Answer, Failure } from "../../parts/states";
import { Untrusted } from "../../parts/Untrusted";
import { Matches } from "./Matches";
import { RuleState } from "./Rules";
import classes from "./rules.module.css";

const newRule = () => `title: What it finds, in a few words
id: ${crypto.randomUUID()}
status: experimental
description: What happens, and why it matters.
logsource:
  category: webserver
detection:
  selection:
    cs-uri-stem|contains: /.git/
  condition: selection
falsepositives:
  - Who does this without harm.
level: medium
tags:
  - attack.discovery
  - attack.t1083
`;

export function Rule() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const [fresh] = useState(newRule);
  const query = useQuery({ ...one<RuleAnswer>(`/rules/${encodeURIComponent(id)}`), enabled: id !== "new" });
  if (id === "new") return <Open key="new" text={fresh} name="New rule" />;
  return (
    <Answer query={query}>
      {(rule) => <Open key={rule.id} text={rule.text ?? ""} name={rule.title} rule={rule} />}
    </Answer>
  );
}

const CHECK_AFTER_MS = 400;

function Open({ text: first, name, rule }: { text: string; name: string; rule?: RuleAnswer }) {
  const [text, setText] = useState(first);
  const [settled] = useDebouncedValue(text, CHECK_AFTER_MS);
  const mayWrite = useMay("write_rules");
  const check = useQuery({
    queryKey: ["rules", "check", settled],
    queryFn: ({ signal }) => post<{ problems: RuleProblem[] }>("/rules/check", { text: settled }, signal),
    enabled: mayWrite,
    placeholderData: (before) => before,
    retry: false,
  });
  const problems = check.data?.problems ?? [];
  return (
    <Page
      title={name}
      note={rule && <About rule={rule} />}
      actions={
        <>
          <Button
            variant="default"
            onClick={() => save(`${rule?.id ?? "rule"}.yml`, text, "application/yaml")}
          >
            Save as a file
          </Button>
          {rule?.id && (
            <Button
              variant="default"
              renderRoot={(props) => (
                <Link {...props} to="/hunt" search={{ q: findingsOf(rule.id ?? "") } as never} />
              )}
            >
              Findings
            </Button>
          )}
        </>
      }
    >
      <div className={classes.columns}>
        <div className={classes.editor}>
          <Editor
            value={text}
            onChange={setText}
            label="Text of the rule. Escape, then Tab leaves the editor."
            language={YAML}
            faults={problems.map(faultOf)}
          />
        </div>
        <div className={classes.side}>
          {mayWrite ? <Problems problems={problems} error={check.error} /> : <ReadOnly />}
          {mayWrite && <Test text={text} isBroken={problems.some((problem) => !problem.warning)} />}
        </div>
      </div>
    </Page>
  );
}

/** One extension for all renderings: the editor would else be told of a new language with every key. */
const YAML = yaml();

const findingsOf = (id: string) =>
  `SELECT first_seen, subject, object, n_records, because\nFROM findings\nWHERE detector = 'rule' AND array_has(labels, 'rule:${id.replaceAll("'", "''")}')\nORDER BY first_seen DESC`;

function faultOf(problem: RuleProblem): Fault {
  return {
    line: problem.line,
    column: problem.column,
    message: problem.message,
    hint: problem.hint ?? null,
    warning: problem.warning ?? false,
  };
}

function About({ rule }: { rule: RuleAnswer }) {
  return (
    <>
      <RuleState value={rule.state} /> <Untrusted text={[rule.level, ...rule.techniques].join(", ")} />{" "}
      <Untrusted text={rule.file} mono />
      {rule.why && (
        <div>
          <Untrusted text={rule.why} />
        </div>
      )}
    </>
  );
}

function ReadOnly() {
  return (
    <Panel title="To read">
      <p className="soft">Checking and testing rules needs the right “write_rules”.</p>
    </Panel>
  );
}

function Problems({ problems, error }: { problems: readonly RuleProblem[]; error: unknown }) {
  return (
    <Panel title="Check" note="As you type, by the same code that runs the rule.">
      {error ? (
        <Failure error={error} />
      ) : problems.length === 0 ? (
        <p role="status">✓ Nothing is wrong with it.</p>
      ) : (
        <ul className={classes.problems} aria-live="polite">
          {problems.map((problem) => (
            <li
              key={`${problem.line} ${problem.column} ${problem.code}`}
              data-warning={problem.warning || undefined}
            >
              <strong>
                {problem.warning ? "Remark" : "Mistake"} in line {problem.line}
              </strong>
              <div>
                <Untrusted text={problem.message} />
              </div>
              {problem.hint && (
                <div className="soft">
                  <Untrusted text={problem.hint} />
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const PASTS = [
  { value: "1", label: "the last day" },
  { value: "7", label: "the last 7 days" },
  { value: "30", label: "the last 30 days" },
  { value: "0", label: "all records" },
];
const DAY_MS = 86_400_000;

function Test({ text, isBroken }: { text: string; isBroken: boolean }) {
  const [days, setDays] = useState("30");
  const test = useMutation({
    mutationFn: () => {
      const since = days === "0" ? undefined : new Date(Date.now() - Number(days) * DAY_MS).toISOString();
      return post<Tested>("/rules/test", { text, since });
    },
  });
  return (
    <Panel
      title="Hold it against the past"
      note="Nothing is kept: it only says what the rule would have found."
    >
      <div className={classes.test}>
        <Select
          aria-label="How far back"
          data={PASTS}
          value={days}
          allowDeselect={false}
          onChange={(value) => setDays(value ?? "30")}
        />
        <Button disabled={isBroken} loading={test.isPending} onClick={() => test.mutate()}>
          Test
        </Button>
      </div>
      {test.error && <Failure error={test.error} />}
      {test.data && (
        <>
          <p role="status">
            <strong>{counted(test.data.n, "record")}</strong> would have matched.
          </p>
          <Matches tested={test.data} />
        </>
      )}
    </Panel>
  );
}
