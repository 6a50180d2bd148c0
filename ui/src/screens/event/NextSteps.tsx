// What to do next, in order; steps that hold SQL open it in Hunt.
import { Link } from "@tanstack/react-router";
import { Panel } from "../../parts/Panel";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./event.module.css";

/** A step and its query, as the engine writes them: `Look at the first records: SELECT ...`. */
export function stepOf(text: string): { words: string; sql: string | null } {
  const found = /^(.*?):\s+((?:SELECT|WITH)\b[\s\S]*)$/.exec(text);
  return found ? { words: found[1] ?? text, sql: found[2] ?? null } : { words: text, sql: null };
}

export function NextSteps({ steps }: { steps: string[] }) {
  if (steps.length === 0) return null;
  return (
    <Panel title="What to do next" note="Proposed, and done by nobody but you">
      <ol className={classes.steps}>
        {steps.map((step) => {
          const { words, sql } = stepOf(step);
          return (
            <li key={step}>
              <Untrusted text={words} max={400} />
              {sql && (
                <>
                  {" "}
                  <Link to="/hunt" search={{ sql } as never}>
                    Ask it in Hunt
                  </Link>
                  <div className={classes.sql}>
                    <Untrusted text={sql} max={400} mono />
                  </div>
                </>
              )}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
