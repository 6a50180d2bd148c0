// The first account, or one that somebody was invited to: opened by a link that can be used once.
import { Alert, Button, PasswordInput, Progress, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { post } from "../../api/client";
import { Problem } from "../../api/problem";
import { type Session, session } from "../../api/session";
import { Door } from "./Door";

/** The server refuses shorter ones. */
const PASSWORD_MIN = 12;

export function SetUp() {
  // Behind `#`, so that the token is in no log of any proxy; read once and taken out of the address.
  const [token] = useState(() => {
    const text = window.location.hash.slice(1);
    if (text) window.history.replaceState(window.history.state, "", window.location.pathname);
    return text;
  });
  if (!token) {
    return (
      <Door
        title="This link is not whole"
        note="It should end in # and a long word. Copy it again, all of it."
      >
        <p className="soft">
          The first link is printed by <span className="mono">margay serve</span>; links for others come from
          Admin, Users.
        </p>
      </Door>
    );
  }
  return <Form token={token} />;
}

function Form({ token }: { token: string }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const make = useMutation({
    mutationFn: () => post<Session>("/setup", { token, name, password }),
    onSuccess: async (opened) => {
      queries.clear();
      queries.setQueryData(session.queryKey, opened);
      await navigate({ to: "/", replace: true });
    },
  });
  const long = [...password].length >= PASSWORD_MIN;
  const submit = (form: FormEvent) => {
    form.preventDefault();
    if (long) make.mutate();
  };
  return (
    <Door title="Make your account" note="This link works once. A sentence makes a good password.">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Name"
            description="If you were invited, the name of your invitation stays"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="username"
            required
            autoFocus
          />
          <div>
            <PasswordInput
              label="Password"
              description={`At least ${PASSWORD_MIN} characters; anything may be in it`}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              autoComplete="new-password"
              required
            />
            <Progress
              value={Math.min(100, ([...password].length / PASSWORD_MIN) * 100)}
              color={long ? "eyeshine.6" : "yellow.6"}
              size={4}
              mt={6}
              aria-label={long ? "Long enough" : "Not long enough yet"}
            />
          </div>
          {make.error && (
            <Alert color="red" role="alert">
              {make.error.message}
              {make.error instanceof Problem && (make.error.hint || make.error.detail) && (
                <div>{make.error.hint || make.error.detail}</div>
              )}
            </Alert>
          )}
          <Button type="submit" size="sm" loading={make.isPending} disabled={!long || !name.trim()} fullWidth>
            Make the account
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
