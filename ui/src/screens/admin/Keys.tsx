// Keys for programs: as far as one's own permissions reach, for a time, shown once.
import { Button, Modal, NumberInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { get, post, remove } from "../../api/client";
import type { Key } from "../../api/types";
import { plain } from "../../parts/hostile";
import { PlusIcon } from "../../parts/icons";
import { Panel } from "../../parts/Panel";
import { Answer, Failure } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./admin.module.css";
import { Sees, useGrant } from "./grant";
import { Once } from "./Once";

/** The server's own default, in days. */
const DAYS = 90;

export function Keys() {
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState("");
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ["keys"],
    queryFn: ({ signal }) => get<{ items: Key[] }>("/keys", {}, signal),
  });
  const revoke = useMutation({
    mutationFn: (id: string) => remove(`/keys/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
  return (
    <>
      {secret && (
        <Once
          title="Key"
          text={secret}
          note="It is shown this once. Send it as the header Authorization: Bearer KEY, and keep it in a file that only you can read."
          onClose={() => setSecret("")}
        />
      )}
      {revoke.error && <Failure error={revoke.error} />}
      <Panel
        title="Keys"
        note="For notebooks, scripts and other systems; never more than the person may who made it"
        flush
        actions={
          <Button leftSection={<PlusIcon size={14} />} onClick={() => setMaking(true)}>
            New key
          </Button>
        }
      >
        <Answer query={query}>
          {({ items }) => (
            <div className={classes.scroll}>
              <table className={classes.table}>
                <thead>
                  <tr>
                    {["Id", "Name", "Whose", "Role", "Sees", "Expires", "Last used", ""].map((title) => (
                      <th key={title} scope="col">
                        {title || <span className={classes.unseen}>Actions</span>}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {items.map((key) => (
                    <tr key={key.id}>
                      <td className="mono">{key.id}</td>
                      <td>
                        <Untrusted text={key.name} max={60} />
                      </td>
                      <td>
                        <Untrusted text={key.person} max={40} />
                      </td>
                      <td>{key.role.replaceAll("_", " ")}</td>
                      <td>
                        <Sees scope={key.scope} />
                      </td>
                      <td>
                        <Time at={key.expires_at} seconds={false} />
                      </td>
                      <td>
                        <Time at={key.used_at} seconds={false} />
                      </td>
                      <td className={classes.end}>
                        {key.revoked_at ? (
                          <span className="soft">revoked</span>
                        ) : (
                          <Button
                            variant="default"
                            onClick={() => revoke.mutate(key.id)}
                            aria-label={`Revoke ${plain(key.name)}`}
                          >
                            Revoke
                          </Button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {items.length === 0 && <p className={classes.none}>There is no key.</p>}
            </div>
          )}
        </Answer>
      </Panel>
      {making && (
        <Make
          onClose={() => setMaking(false)}
          onDone={(made) => {
            setMaking(false);
            setSecret(made);
            void queries.invalidateQueries({ queryKey: ["keys"] });
          }}
        />
      )}
    </>
  );
}

function Make({ onClose, onDone }: { onClose: () => void; onDone: (secret: string) => void }) {
  const [name, setName] = useState("");
  const grant = useGrant("viewer");
  const [days, setDays] = useState<string | number>(DAYS);
  const make = useMutation({
    mutationFn: () =>
      post<{ secret: string }>("/keys", {
        name: name.trim(),
        ...grant.sent,
        expires_days: Number(days),
      }),
    onSuccess: ({ secret }) => onDone(secret),
  });
  const submit = (form: FormEvent) => {
    form.preventDefault();
    if (name.trim()) make.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="New key">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Name"
            description="What it is for"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            data-autofocus
          />
          {grant.fields}
          <NumberInput label="Days until it expires" min={1} max={3650} value={days} onChange={setDays} />
          {make.error && <Failure error={make.error} />}
          <Button type="submit" loading={make.isPending} disabled={!name.trim()}>
            Make the key
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
