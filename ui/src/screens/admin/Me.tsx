// One's own account: password, second factor, sessions, and how this page behaves.
import { Alert, Button, Checkbox, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { get, post, remove } from "../../api/client";
import { useSession } from "../../api/session";
import { Copy } from "../../parts/Copy";
import { Panel } from "../../parts/Panel";
import { Answer, Failure } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import { useDensity, useSingleKeys } from "../../shell/settings";
import classes from "./admin.module.css";
import { Sees } from "./grant";

export function Me() {
  return (
    <div className={classes.cards}>
      <Account />
      <Password />
      <SecondFactor />
      <Behavior />
      <Sessions />
    </div>
  );
}

function Account() {
  const session = useSession();
  if (!session) return null;
  return (
    <Panel title="Account">
      <p>
        <b>
          <Untrusted text={session.person.name} max={60} />
        </b>
        , {session.person.role.replaceAll("_", " ")}
      </p>
      <p>
        Sees <Sees scope={session.scope} />
      </p>
      <p className="soft">May: {session.permissions.map((name) => name.replaceAll("_", " ")).join(", ")}.</p>
    </Panel>
  );
}

function Password() {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () => post("/me/password", { old, new: next }),
    onSuccess: () => {
      setOld("");
      setNext("");
    },
  });
  const submit = (form: FormEvent) => {
    form.preventDefault();
    change.mutate();
  };
  return (
    <Panel title="Password">
      <form onSubmit={submit}>
        <Stack gap="xs">
          <PasswordInput
            label="Now"
            autoComplete="current-password"
            value={old}
            onChange={(event) => setOld(event.currentTarget.value)}
            required
          />
          <PasswordInput
            label="New"
            description="At least 12 characters"
            autoComplete="new-password"
            value={next}
            onChange={(event) => setNext(event.currentTarget.value)}
            required
          />
          {change.error && <Failure error={change.error} />}
          {change.isSuccess && <Alert color="eyeshine">Changed. Your other sessions have ended.</Alert>}
          <Button type="submit" loading={change.isPending} disabled={!old || !next}>
            Change it
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}

function SecondFactor() {
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const begin = useMutation({ mutationFn: () => post<{ secret: string; uri: string }>("/me/totp") });
  const confirm = useMutation({
    mutationFn: () =>
      post<{ recovery_codes: string[] }>("/me/totp/confirm", { code: code.replaceAll(" ", "") }),
  });
  const drop = useMutation({ mutationFn: () => remove("/me/totp", { password }) });
  const error = begin.error ?? confirm.error ?? drop.error;
  return (
    <Panel title="Second factor" note="A code from an app on your phone, asked for at sign-in">
      <Stack gap="xs">
        {confirm.data ? (
          <Alert color="eyeshine" title="It is in force">
            Keep these codes; each works once where your phone is not there:
            <p className="mono">{(confirm.data.recovery_codes ?? []).join("  ")}</p>
          </Alert>
        ) : begin.data ? (
          <form
            onSubmit={(form) => {
              form.preventDefault();
              confirm.mutate();
            }}
          >
            <Stack gap="xs">
              <div>
                Put this into your app, then write the code that it shows:
                <div className="mono">
                  {begin.data.secret} <Copy value={begin.data.secret} what="secret" exact />
                </div>
                <a href={begin.data.uri}>Open it in an app on this machine</a>
              </div>
              <TextInput
                label="Code"
                autoComplete="one-time-code"
                value={code}
                onChange={(event) => setCode(event.currentTarget.value)}
                required
              />
              <Button type="submit" loading={confirm.isPending}>
                Put it in force
              </Button>
            </Stack>
          </form>
        ) : (
          <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>
            Set it up
          </Button>
        )}
        {error && <Failure error={error} />}
        <details>
          <summary>Take it away</summary>
          <form
            onSubmit={(form) => {
              form.preventDefault();
              drop.mutate();
            }}
          >
            <Stack gap="xs" mt="xs">
              <PasswordInput
                label="Your password"
                autoComplete="current-password"
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
              <Button type="submit" variant="default" loading={drop.isPending} disabled={!password}>
                Sign in without it
              </Button>
            </Stack>
          </form>
        </details>
      </Stack>
    </Panel>
  );
}

function Behavior() {
  const [density, setDensity] = useDensity();
  const [keys, setKeys] = useSingleKeys();
  return (
    <Panel title="This page" note="Kept in this browser">
      <Stack gap="xs">
        <Checkbox
          label="Single keys act (j, k, y, n ...)"
          checked={keys}
          onChange={(event) => setKeys(event.currentTarget.checked)}
        />
        <Checkbox
          label="More room for each row of tables"
          checked={density === "comfortable"}
          onChange={(event) => setDensity(event.currentTarget.checked ? "comfortable" : "compact")}
        />
      </Stack>
    </Panel>
  );
}

interface OwnSession {
  id: string;
  began_at: string;
  seen_at: string;
  address: string | null;
  agent: string | null;
  current: boolean;
}

function Sessions() {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ["me", "sessions"],
    queryFn: ({ signal }) => get<{ items: OwnSession[] }>("/me/sessions", {}, signal),
  });
  const end = useMutation({
    mutationFn: (id: string) => remove(`/me/sessions/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["me", "sessions"] }),
  });
  return (
    <Panel title="Sessions" note="Where you are signed in">
      <Answer query={query}>
        {({ items }) => (
          <ul className={classes.sessions}>
            {items.map((one) => (
              <li key={one.id}>
                <div>
                  <Untrusted text={one.address ?? "this machine"} mono />{" "}
                  <Untrusted text={one.agent ?? ""} max={60} />
                  <div className="soft">
                    since <Time at={one.began_at} seconds={false} />, last seen{" "}
                    <Time at={one.seen_at} seconds={false} />
                  </div>
                </div>
                {one.current ? (
                  <span className="soft">this one</span>
                ) : (
                  <Button variant="default" onClick={() => end.mutate(one.id)}>
                    End it
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Answer>
      {end.error && <Failure error={end.error} />}
    </Panel>
  );
}
