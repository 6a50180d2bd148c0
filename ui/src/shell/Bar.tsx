// The bar at the top: where one is, the range of time, the zone, light or dark, and who is signed in.
import {
  ActionIcon,
  Menu,
  Tooltip,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { remove } from "../api/client";
import { useSession } from "../api/session";
import { MoonIcon, SignOutIcon, SunIcon, UserIcon } from "../parts/icons";
import { Tlp } from "../parts/labels";
import { Untrusted } from "../parts/Untrusted";
import { Mark } from "../theme/Mark";
import { useZone, zoneName } from "../url/zone";
import classes from "./Bar.module.css";
import { RangePicker } from "./RangePicker";

export function Bar() {
  return (
    <header className={classes.bar}>
      <Link to="/" className={classes.brand} aria-label="Margay, overview">
        <Mark />
        <span className={classes.name}>Margay</span>
      </Link>
      <div className={classes.space} />
      <RangePicker />
      <ZoneSwitch />
      <SchemeSwitch />
      <Person />
    </header>
  );
}

function ZoneSwitch() {
  const [zone, setZone] = useZone();
  const other = zone === "utc" ? "local" : "utc";
  return (
    <Tooltip label={`Times are in ${zoneName(zone)}; press for ${zoneName(other)}`}>
      <UnstyledButton
        className={classes.zone}
        onClick={() => setZone(other)}
        aria-label={`Time zone: ${zoneName(zone)}`}
      >
        {zoneName(zone)}
      </UnstyledButton>
    </Tooltip>
  );
}

function SchemeSwitch() {
  const scheme = useComputedColorScheme("dark");
  const { setColorScheme } = useMantineColorScheme();
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <Tooltip label={`Switch to ${other}`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={30}
        aria-label={`Switch to ${other}`}
        onClick={() => setColorScheme(other)}
      >
        {scheme === "dark" ? <SunIcon size={17} /> : <MoonIcon size={17} />}
      </ActionIcon>
    </Tooltip>
  );
}

function Person() {
  const session = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  if (!session) return null;
  const leave = async () => {
    await remove("/session").catch(() => undefined);
    queries.clear();
    await navigate({ to: "/sign-in" });
  };
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.person} aria-label={`Account of ${session.person.name}`}>
          <UserIcon size={16} />
          <span className={classes.personName}>
            <Untrusted text={session.person.name} max={18} />
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.scope}>
          <span>{session.person.role.replaceAll("_", " ")}</span>
          <Tlp value={session.scope.ceiling} />
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to="/admin/me">
          Account and keys of mine
        </Menu.Item>
        <Menu.Item leftSection={<SignOutIcon size={15} />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
