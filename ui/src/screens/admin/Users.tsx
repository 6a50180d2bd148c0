// Who may use this server, in which role, and how far each sees.
import { Button, Menu, Modal, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { get, patch, post, remove } from "../../api/client";
import { useSession } from "../../api/session";
import type { User } from "../../api/types";
import { plain } from "../../parts/hostile";
import { CaretDownIcon, PlusIcon } from "../../parts/icons";
import { Panel } from "../../parts/Panel";
import { Answer, Failure } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./admin.module.css";
import { ROLES, Sees, useGrant } from "./grant";
import { Once } from "./Once";

interface Invited {
  user: User;
  link: string;
}

export function Users() {
  const [inviting, setInviting] = useState(false);
  const [invited, setInvited] = useState<Invited | null>(null);
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ["users"],
    queryFn: ({ signal }) => get<{ items: User[] }>("/users", {}, signal),
  });
  const change = useMutation({
    mutationFn: ({ id, ...changes }: { id: string } & Record<string, unknown>) =>
      patch(`/users/${encodeURIComponent(id)}`, changes),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["users"] }),
  });
  const drop = useMutation({
    mutationFn: (id: string) => remove(`/users/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["users"] }),
  });
  const error = change.error ?? drop.error;
  return (
    <>
      {invited && (
        <Once
          title="Link of invitation"
          text={new URL(invited.link, window.location.origin).href}
          note={`It works once, for one day, and is not shown again. Send it to ${plain(invited.user.name)} in a safe way.`}
          onClose={() => setInvited(null)}
        />
      )}
      {error && <Failure error={error} />}
      <Panel
        title="Users"
        flush
        actions={
          <Button leftSection={<PlusIcon size={14} />} onClick={() => setInviting(true)}>
            Invite
          </Button>
        }
      >
        <Answer query={query}>
          {({ items }) => <UserTable users={items} onChange={change.mutate} onRemove={drop.mutate} />}
        </Answer>
      </Panel>
      {inviting && (
        <Invite
          onClose={() => setInviting(false)}
          onDone={(made) => {
            setInviting(false);
            setInvited(made);
            void queries.invalidateQueries({ queryKey: ["users"] });
          }}
        />
      )}
    </>
  );
}

interface TableProps {
  users: User[];
  onChange: (change: { id: string } & Record<string, unknown>) => void;
  onRemove: (id: string) => void;
}

function UserTable({ users, onChange, onRemove }: TableProps) {
  const me = useSession()?.person.id;
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            {["Name", "Role", "Sees", "Second factor", "Last seen", ""].map((title) => (
              <th key={title} scope="col">
                {title || <span className={classes.unseen}>Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.id} data-off={user.state === "disabled" || undefined}>
              <td>
                <Untrusted text={user.name} max={60} />
                {user.state !== "active" && <span className="soft"> · {user.state}</span>}
              </td>
              <td>{user.role.replaceAll("_", " ")}</td>
              <td>
                <Sees scope={user.scope} />
              </td>
              <td>{user.second_factor ? "yes" : "no"}</td>
              <td>
                <Time at={user.seen_at} seconds={false} />
              </td>
              <td className={classes.end}>
                {user.id !== me && (
                  <Menu position="bottom-end">
                    <Menu.Target>
                      <Button
                        variant="default"
                        rightSection={<CaretDownIcon size={12} />}
                        aria-label={`Change ${plain(user.name)}`}
                      >
                        Change
                      </Button>
                    </Menu.Target>
                    <Menu.Dropdown>
                      <Menu.Label>Role</Menu.Label>
                      {ROLES.filter((role) => role.value !== user.role).map((role) => (
                        <Menu.Item
                          key={role.value}
                          onClick={() => onChange({ id: user.id, role: role.value })}
                        >
                          {role.label}
                        </Menu.Item>
                      ))}
                      <Menu.Divider />
                      <Menu.Item
                        onClick={() => onChange({ id: user.id, disabled: !(user.state === "disabled") })}
                      >
                        {user.state === "disabled" ? "Enable" : "Disable, end sessions and keys"}
                      </Menu.Item>
                      <Menu.Item color="red" onClick={() => onRemove(user.id)}>
                        Remove
                      </Menu.Item>
                    </Menu.Dropdown>
                  </Menu>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Invite({ onClose, onDone }: { onClose: () => void; onDone: (invited: Invited) => void }) {
  const [name, setName] = useState("");
  const grant = useGrant("analyst");
  const invite = useMutation({
    mutationFn: () => post<Invited>("/users", { name: name.trim(), ...grant.sent }),
    onSuccess: onDone,
  });
  const submit = (form: FormEvent) => {
    form.preventDefault();
    if (name.trim()) invite.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Invite somebody">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            data-autofocus
          />
          {grant.fields}
          {invite.error && <Failure error={invite.error} />}
          <Button type="submit" loading={invite.isPending} disabled={!name.trim()}>
            Make a link of invitation
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
