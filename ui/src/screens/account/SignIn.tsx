// Name and password, and a code where the person has a second factor.
import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { get, post } from "../../api/client";
import { Problem } from "../../api/problem";
import { type Session, session } from "../../api/session";
import { useParam } from "../../url/state";
import { Door } from "./Door";

interface Credentials {
  name: string;
  password: string;
  code?: string;
}

/** Only addresses of this page: a link must not lead people elsewhere after they have signed in. */
export function safeNext(next: string): string {
  return /^\/(?![/\\])/.test(next) ? next : "/";
}

export function SignIn() {
  const [next] = useParam("next");
  const set = useQuery({
    queryKey: ["setup"],
    queryFn: () => get<{ needed: boolean }>("/setup"),
    retry: false,
  });
  const known = useQuery({ ...session, refetchOnWindowFocus: false });
  if (known.data) return <Navigate to={safeNext(next) as never} replace />;
  if (set.data?.needed) return <NotSetUp />;
  return <Form next={safeNext(next)} />;
}

function NotSetUp() {
  return (
    <Door
      title="Nobody is set up yet"
      note="When it started, the server printed a link that can be used once. Open it to make the first account."
    >
      <p className="soft">
        It is not there any more? <span className="mono">margay serve</span> prints another one when it is
        started again.
      </p>
    </Door>
  );
}

function Form({ next }: { next: string }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [second, setSecond] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const enter = useMutation({
    mutationFn: (credentials: Credentials) => post<Session>("/session", credentials),
    onSuccess: async (opened) => {
      queries.clear();
      queries.setQueryData(session.queryKey, opened);
      await navigate({ to: next as never, replace: true });
    },
    onError: (error) => {
      if (error instanceof Problem && error.code === "second_factor") setSecond(true);
    },
  });
  const submit = (form: FormEvent) => {
    form.preventDefault();
    enter.mutate({ name, password, ...(second && code ? { code: code.replaceAll(" ", "") } : {}) });
  };
  return (
    <Door title="Sign in">
      <form onSubmit={submit}>
        <Stack gap="sm" mt="sm">
          <TextInput
            label="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="username"
            required
            autoFocus
          />
          <PasswordInput
            label="Password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            required
          />
          {second && (
            <TextInput
              label="Code"
              description="Six digits from your app, or a recovery code"
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
              autoComplete="one-time-code"
              inputMode="text"
              autoFocus
              required
            />
          )}
          {enter.error && <Refused error={enter.error} asked={second && code !== ""} />}
          <Button type="submit" size="sm" loading={enter.isPending} fullWidth>
            Sign in
          </Button>
        </Stack>
      </form>
    </Door>
  );
}

function Refused({ error, asked }: { error: Error; asked: boolean }) {
  const problem = error instanceof Problem ? error : null;
  if (problem?.code === "second_factor" && !asked) {
    return <Alert color="eyeshine">Your account asks for a second factor.</Alert>;
  }
  const words: Record<string, string> = {
    bad_credentials: "Name or password is wrong.",
    second_factor: "The code is wrong, or was used already. Wait for the next one.",
  };
  const wait =
    problem?.status === 429 ? `Too many tries. Wait ${problem.more.retryAfter ?? "some"} seconds.` : null;
  return (
    <Alert color="red" role="alert">
      {wait ?? words[problem?.code ?? ""] ?? error.message}
      {problem?.hint && <div>{problem.hint}</div>}
    </Alert>
  );
}
