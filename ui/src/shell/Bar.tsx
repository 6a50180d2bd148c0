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
import { useLive } from "../api/live";
import { useSession } from "../api/session";
import { plain } from "../parts/hostile";
import { MagnifyingGlassIcon, MoonIcon, QuestionIcon, SignOutIcon, SunIcon, UserIcon } from "../parts/icons";
import { Tlp } from "../parts/labels";
import { Untrusted } from "../parts/Untrusted";
import { Mark } from "../theme/Mark";
import { useZone, zoneName } from "../url/zone";
import classes from "./Bar.module.css";
import { useOpenLayer } from "./Layers";
import { RangePicker } from "./RangePicker";

export function Bar() {
  return (
    <header className={classes.bar}>
      <Link to="/" className={classes.brand} aria-label="Margay, overview">
        <Mark />
        <span className={classes.name}>Margay</span>
      </Link>
      <SearchBox />
      <div className={classes.space} />
      <LiveSign />
      <RangePicker />
      <ZoneSwitch />
      <SchemeSwitch />
      <HelpButton />
      <Person />
    </header>
  );
}

function SearchBox() {
  const open = useOpenLayer();
  return (
    <UnstyledButton className={classes.search} onClick={() => open("palette")} aria-keyshortcuts="Control+K">
      <MagnifyingGlassIcon size={15} />
      <span className={classes.searchText}>Search or do anything</span>
      <kbd className={classes.key}>Ctrl K</kbd>
    </UnstyledButton>
  );
}

/** Whether news come by themselves, or only when something is asked. */
function LiveSign() {
  const { connected } = useLive();
  return (
    <span
      className={classes.live}
      data-on={connected || undefined}
      title={
        connected
          ? "New events are told as they come"
          : "Not connected; figures are asked for again now and then"
      }
    >
      <span aria-hidden="true">●</span> {connected ? "live" : "not live"}
    </span>
  );
}

function HelpButton() {
  const open = useOpenLayer();
  return (
    <Tooltip label="All keys (?)">
      <ActionIcon
        variant="subtle"
        color="gray"
        size={30}
        aria-label="Help"
        aria-keyshortcuts="?"
        onClick={() => open("help")}
      >
        <QuestionIcon size={17} />
      </ActionIcon>
    </Tooltip>
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
        <UnstyledButton className={classes.person} aria-label={`Account of ${plain(session.person.name)}`}>
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
