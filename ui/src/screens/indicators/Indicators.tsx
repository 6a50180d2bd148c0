// Look up anything, one value or thousands, defanged or not: what sources claim, what it is worth now, who met it here.

import { Button, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { post, save } from "../../api/client";
import type { LookedUp } from "../../api/heavy";
import { csv } from "../../charts/save";
import { counted, grouped } from "../../charts/words";
import { Page } from "../../parts/Page";
import { Answer, Empty } from "../../parts/states";
import { useParam, useUrl } from "../../url/state";
import { asked, listData } from "./asked";
import { Found, Unknown } from "./Found";
import classes from "./indicators.module.css";
import { Several } from "./Several";
import { Sweep } from "./Sweep";

/** Longer lists would not fit into an address; they are asked for and not kept there. */
const IN_ADDRESS_MAX = 1500;

export function Indicators() {
  const [url, change] = useUrl();
  const [text, setText] = useState(url.q ?? "");
  const [long, setLong] = useState<string | null>(null);
  const wanted = useMemo(() => asked(long ?? url.q ?? ""), [long, url.q]);
  const query = useQuery({
    queryKey: ["indicators", wanted],
    queryFn: ({ signal }) =>
      post<{ items: LookedUp[] }>("/indicators/lookup", { text: wanted.join("\n") }, signal),
    enabled: wanted.length > 0,
  });
  const ask = () => {
    const fits = text.length <= IN_ADDRESS_MAX;
    setLong(fits ? null : text);
    change({ q: fits ? text.trim() : undefined, sel: undefined });
  };
  return (
    <Page
      title="Indicators"
      tab={wanted.length === 1 ? wanted[0] : undefined}
      note="Addresses, networks, domains, URLs, hashes, e-mail addresses. Your own records first, then what sources claim."
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <Textarea
          aria-label="Indicators, one a line or with blanks between"
          placeholder="hxxps://evil[.]example/a.js   203.0.113.77   44d88612fea8a8f36de82e1278abb02f"
          autosize
          minRows={1}
          maxRows={8}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.shiftKey) {
              event.preventDefault();
              ask();
            }
          }}
          classNames={{ input: "mono" }}
          data-autofocus
        />
        <Button type="submit">Look up</Button>
      </form>
      {wanted.length === 0 ? (
        <Empty title="Paste something" command="margay intel load feed.csv --source acme">
          Enter looks it up; Shift and Enter begins a new line. Indicators come from feeds and files.
        </Empty>
      ) : (
        <Answer query={query} what={`Looking up ${counted(wanted.length, "value")}`}>
          {({ items }) => <Outcome items={items} />}
        </Answer>
      )}
    </Page>
  );
}

function Outcome({ items }: { items: LookedUp[] }) {
  const [sel, setSel] = useParam("sel");
  const known = items.filter((item) => item.found.length > 0);
  const seen = known.filter((item) => item.found.some((view) => view.n_sightings > 0));
  const chosen = items.length === 1 ? items[0] : items.find((item) => item.asked === sel);
  return (
    <>
      {items.length > 1 && (
        <>
          <div className={classes.bar}>
            <p role="status">
              {grouped(items.length)} asked, {grouped(known.length)} known, {grouped(seen.length)} met here.
            </p>
            <Button
              variant="default"
              onClick={() => save("indicators.csv", csv(listData(items)), "text/csv")}
            >
              CSV
            </Button>
          </div>
          <div className={classes.searched}>
            <Sweep values={items.map((item) => item.asked)} />
          </div>
          <Several items={items} chosen={sel} onPick={(value) => setSel(value, { replace: true })} />
        </>
      )}
      {chosen &&
        (chosen.found.length === 0 ? (
          <Unknown asked={chosen.asked} />
        ) : (
          chosen.found.map((view) => <Found key={`${view.kind} ${view.value}`} view={view} />)
        ))}
    </>
  );
}
