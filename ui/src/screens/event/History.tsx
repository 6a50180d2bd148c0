// Who did what about it, and a place to write something down.
import { Button, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { HistoryLine } from "../../api/types";
import { words } from "../../parts/labels";
import { Panel } from "../../parts/Panel";
import { Answer } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { historyQuery } from "./api";
import classes from "./event.module.css";

interface HistoryProps {
  id: string;
  mayComment: boolean;
  onComment: (text: string) => void;
}

export function History({ id, mayComment, onComment }: HistoryProps) {
  const query = useQuery(historyQuery(id));
  const [text, setText] = useState("");
  const submit = (form: FormEvent) => {
    form.preventDefault();
    if (!text.trim()) return;
    onComment(text.trim());
    setText("");
  };
  return (
    <Panel title="History" note="Never changed and never removed">
      <Answer query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="soft">Nobody has touched it.</p>
          ) : (
            <ol className={classes.history}>
              {[...items].reverse().map((line) => (
                <li key={line.number}>
                  <div className="soft">
                    <Time at={line.changed_at} /> <Untrusted text={line.changed_by} max={40} />
                  </div>
                  <div>
                    <Untrusted text={sentenceOf(line)} max={2000} lines />
                  </div>
                </li>
              ))}
            </ol>
          )
        }
      </Answer>
      {mayComment && (
        <form onSubmit={submit}>
          <Textarea
            aria-label="Comment"
            placeholder="Write something down"
            autosize
            minRows={2}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" mt={6} disabled={!text.trim()}>
            Comment
          </Button>
        </form>
      )}
    </Panel>
  );
}

/** A line of history as a sentence: what it became, and why. */
export function sentenceOf({
  change,
  before,
  after,
  reason,
}: Pick<HistoryLine, "change" | "before" | "after" | "reason">): string {
  const because = reason ? `: ${reason}` : "";
  const part = (value: unknown, key: string) =>
    value && typeof value === "object" && key in value
      ? words(String((value as Record<string, unknown>)[key] ?? ""))
      : "";
  if (change === "comment" || change === "note") return String(after ?? "");
  if (change === "verdict" || change === "state" || change === "merge" || change === "split") {
    return `${part(before, "state") || "new"} → ${part(after, "state")}${because}`;
  }
  if (change === "assign") return after ? `assigned to ${String(after)}` : "assigned to nobody";
  if (change === "tag") return `tagged ${String(after)}`;
  if (change === "untag") return `tag ${String(before)} taken off`;
  const shown = after ?? before;
  return `${words(change)}${shown === null || shown === undefined ? "" : ` ${typeof shown === "string" ? shown : JSON.stringify(shown)}`}${because}`;
}
