// What was asked lately in this browser, to ask it again.

import { Button } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { counted, span } from "../../charts/words";
import { Empty } from "../../parts/states";
import { Untrusted } from "../../parts/Untrusted";
import { ago } from "../../url/zone";
import classes from "./hunt.module.css";
import { remembered, watched } from "./memory";

export function History({ onAsk }: { onAsk: (sql: string) => void }) {
  const list = useSyncExternalStore(watched, remembered.list);
  if (list.length === 0) return <Empty title="Nothing was asked yet" />;
  return (
    <>
      <ul className={classes.history}>
        {list.map((asked) => (
          <li key={`${asked.at} ${asked.sql}`}>
            <button type="button" onClick={() => onAsk(asked.sql)}>
              <code>
                <Untrusted text={asked.sql} max={220} />
              </code>
              <span className="soft">
                {asked.state}, {counted(asked.rows, "row")}, {span(asked.seconds)}, {ago(asked.at)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <Button variant="default" onClick={remembered.clear}>
        Forget all
      </Button>
    </>
  );
}
