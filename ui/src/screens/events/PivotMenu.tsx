// What can be done from one value of the list: filter for it, leave it out, look it up, copy it.
import { Menu } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { defang, plain, shorten } from "../../parts/hostile";
import type { ColumnSpec } from "./columns";
import { toggle } from "./filter";
import type { EventList } from "./list";

export interface CellMenu {
  index: number;
  /** Absent where it was opened for the whole row. */
  column?: ColumnSpec;
  at: { x: number; y: number };
}

interface PivotProps {
  menu: CellMenu;
  list: EventList;
  f: string;
  onFilter: (f: string) => void;
  onClose: () => void;
}

export function PivotMenu({ menu, list, f, onFilter, onClose }: PivotProps) {
  const clipboard = useClipboard();
  const navigate = useNavigate();
  const { index, column, at } = menu;
  const raw = column ? list.get(index, column.key) : list.get(index, "indicator");
  const value = String((Array.isArray(raw) ? raw[0] : raw) ?? "");
  const shown = plain(shorten(value, 40));
  const key = column?.filter ?? "";
  const searchable = ["target", "indicator", "title"].includes(column?.key ?? "indicator");
  return (
    <Menu opened onClose={onClose} position="bottom-start" withinPortal returnFocus trapFocus>
      <Menu.Target>
        <span style={{ position: "fixed", left: at.x, top: at.y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown maw={420}>
        <Menu.Label>{shown || "(empty)"}</Menu.Label>
        {value && (key || searchable) && (
          <>
            <Menu.Item onClick={() => onFilter(toggle(f, key, value))}>Filter for it</Menu.Item>
            <Menu.Item onClick={() => onFilter(toggle(f, key, value, true))}>Leave it out</Menu.Item>
          </>
        )}
        {value && searchable && (
          <Menu.Item onClick={() => void navigate({ to: "/indicators", search: { q: value } as never })}>
            Look it up
          </Menu.Item>
        )}
        <Menu.Item onClick={() => clipboard.copy(defang(value))}>Copy defanged</Menu.Item>
        <Menu.Item onClick={() => clipboard.copy(value)}>Copy as it is</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void navigate({ to: `/events/${list.id(index)}` as never })}>
          Open the event
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
