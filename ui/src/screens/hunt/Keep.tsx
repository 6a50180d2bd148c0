// Keeps a query: under a name in this browser, or on the server as a saved query that tells of new events.

import { Alert, Button, Modal, Select, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { useState, useSyncExternalStore } from "react";
import { post } from "../../api/client";
import { TrashIcon } from "../../parts/icons";
import { Failure } from "../../parts/states";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./hunt.module.css";
import { kept, watched } from "./memory";

export function Keep({ sql, onTake }: { sql: string; onTake: (sql: string) => void }) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        Save …
      </Button>
      <Modal opened={opened} onClose={close} title="Save this query" size="lg">
        <Form sql={sql} />
        <KeptList
          onTake={(text) => {
            onTake(text);
            close();
          }}
        />
      </Modal>
    </>
  );
}

const ALERTS = [
  { value: "never", label: "Tell nobody" },
  { value: "once", label: "Tell at once" },
  { value: "hour", label: "Tell every hour" },
  { value: "day", label: "Tell once a day" },
];

function Form({ sql }: { sql: string }) {
  const [name, setName] = useState("");
  const [alert, setAlert] = useState("never");
  const onServer = useMutation({
    mutationFn: () => post("/queries", { name: name.trim(), question: { sql }, alert }),
  });
  const ready = name.trim() !== "";
  return (
    <div className={classes.form}>
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <div className={classes.row}>
        <Button disabled={!ready} onClick={() => kept.add({ name: name.trim(), sql })}>
          Keep in this browser
        </Button>
      </div>
      <p className="soft">
        On the server a query may raise alerts: it has to give a column <code>event_id</code>, and you are
        told of threat events that begin to answer it.
      </p>
      <div className={classes.row}>
        <Select
          aria-label="Alert"
          data={ALERTS}
          value={alert}
          onChange={(value) => setAlert(value ?? "never")}
        />
        <Button
          variant="default"
          disabled={!ready}
          loading={onServer.isPending}
          onClick={() => onServer.mutate()}
        >
          Save on the server
        </Button>
      </div>
      {onServer.error && <Failure error={onServer.error} />}
      {onServer.isSuccess && (
        <Alert color="green" role="status">
          Saved. It is among the saved views of Events.
        </Alert>
      )}
    </div>
  );
}

function KeptList({ onTake }: { onTake: (sql: string) => void }) {
  const list = useSyncExternalStore(watched, kept.list);
  if (list.length === 0) return null;
  return (
    <>
      <h3 className={classes.subtitle}>Kept in this browser</h3>
      <ul className={classes.history}>
        {list.map((query) => (
          <li key={query.name}>
            <button type="button" onClick={() => onTake(query.sql)}>
              <strong>
                <Untrusted text={query.name} />
              </strong>
              <code>
                <Untrusted text={query.sql} max={140} />
              </code>
            </button>
            <button
              type="button"
              className={classes.look}
              aria-label={`Forget ${query.name}`}
              onClick={() => kept.remove(query.name)}
            >
              <TrashIcon size={14} />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
