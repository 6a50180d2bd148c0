// People, keys, the log of what they did, one's own account, and what this is.
import { Tabs } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useMay } from "../../api/session";
import { Page } from "../../parts/Page";
import { NoPermission } from "../../parts/states";
import { About } from "./About";
import { Audit } from "./Audit";
import { Keys } from "./Keys";
import { Me } from "./Me";
import { Users } from "./Users";

const PARTS = [
  { name: "me", title: "My account", permission: null, show: Me },
  { name: "users", title: "Users", permission: "manage_people", show: Users },
  { name: "keys", title: "Keys", permission: "make_keys", show: Keys },
  { name: "audit", title: "Audit", permission: "read_audit", show: Audit },
  { name: "about", title: "About", permission: null, show: About },
] as const;

export function Admin() {
  const { part = "me" } = useParams({ strict: false }) as { part?: string };
  const navigate = useNavigate();
  const current = PARTS.find((one) => one.name === part) ?? PARTS[0];
  const may = useMay(current.permission ?? "");
  const Show = current.show;
  return (
    <Page title="Admin" tab={current.title}>
      <Tabs
        value={current.name}
        onChange={(value) => void navigate({ to: `/admin/${value}` as never })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {PARTS.map((one) => (
            <Tabs.Tab key={one.name} value={one.name}>
              {one.title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={current.name}>
          {current.permission === null || may ? <Show /> : <NoPermission />}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
