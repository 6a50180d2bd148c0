// Where one can go: the one list behind navigation, palette, `g` keys and help.
import type { ComponentType } from "react";
import {
  BinocularsIcon,
  BriefcaseIcon,
  ChartLineIcon,
  DatabaseIcon,
  FileTextIcon,
  FingerprintIcon,
  GaugeIcon,
  GearIcon,
  GlobeHemisphereWestIcon,
  GraphIcon,
  GridNineIcon,
  ListMagnifyingGlassIcon,
  ScrollIcon,
  TerminalWindowIcon,
} from "../parts/icons";

export interface Place {
  to: string;
  name: string;
  /** What one finds there, for the palette and the help. */
  about: string;
  /** After `g`. */
  key: string;
  icon: ComponentType<{ size?: number }>;
}

export const GROUPS: { name: string; places: Place[] }[] = [
  {
    name: "Watch",
    places: [
      { to: "/", name: "Overview", about: "What has changed", key: "o", icon: GaugeIcon },
      {
        to: "/events",
        name: "Events",
        about: "Find, judge and assign threat events",
        key: "e",
        icon: ListMagnifyingGlassIcon,
      },
      {
        to: "/behaviours",
        name: "Behaviours",
        about: "Detectors, series and their statistics",
        key: "n",
        icon: ChartLineIcon,
      },
    ],
  },
  {
    name: "Understand",
    places: [
      {
        to: "/campaigns",
        name: "Campaigns",
        about: "Events that belong together",
        key: "p",
        icon: GraphIcon,
      },
      { to: "/actors", name: "Actors", about: "Who may be behind it", key: "a", icon: BinocularsIcon },
      { to: "/indicators", name: "Indicators", about: "Look up anything", key: "i", icon: FingerprintIcon },
      {
        to: "/attack",
        name: "ATT&CK",
        about: "Techniques: seen, covered, visible",
        key: "t",
        icon: GridNineIcon,
      },
      {
        to: "/map",
        name: "Map and flows",
        about: "From where to where",
        key: "m",
        icon: GlobeHemisphereWestIcon,
      },
      { to: "/hunt", name: "Hunt", about: "Ask every table with SQL", key: "h", icon: TerminalWindowIcon },
    ],
  },
  {
    name: "Act",
    places: [
      { to: "/cases", name: "Cases", about: "Work that several events need", key: "c", icon: BriefcaseIcon },
      {
        to: "/reports",
        name: "Reports",
        about: "Print an event, a campaign, a period",
        key: "r",
        icon: FileTextIcon,
      },
    ],
  },
  {
    name: "Trust",
    places: [
      { to: "/rules", name: "Rules", about: "Sigma rules: live, inert, noisy", key: "u", icon: ScrollIcon },
      { to: "/sources", name: "Sources", about: "What comes in, and how well", key: "d", icon: DatabaseIcon },
      { to: "/admin", name: "Admin", about: "People, keys, audit, about", key: "x", icon: GearIcon },
    ],
  },
];

export const PLACES: Place[] = GROUPS.flatMap((group) => group.places);
