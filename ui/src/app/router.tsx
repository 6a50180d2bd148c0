// Every address of the page, each screen loaded when it is first visited.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from "@tanstack/react-router";
import { Page } from "../parts/Page";
import { Empty, Failure, Loading } from "../parts/states";
import { Shell } from "../shell/Shell";
import { parseSearch, type Search, stringifySearch } from "../url/state";

/** Range and zone go along from screen to screen; everything else belongs to one of them. */
const TRAVELS = ["t", "tz"] as const;

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: () => (
    <main>
      <Page title="There is no such page">
        <Empty title="Nothing is at this address">
          <p>It may have been cut off when it was copied.</p>
          <a href="/">To the overview</a>
        </Empty>
      </Page>
    </main>
  ),
  validateSearch: (search) => search as Search,
  search: {
    middlewares: [
      ({ search, next }) => {
        const wanted = next(search) as Search;
        const kept = Object.fromEntries(
          TRAVELS.filter((key) => !(key in wanted)).map((key) => [key, (search as Search)[key]]),
        );
        return { ...kept, ...wanted };
      },
    ],
  },
});

const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });

const inside = <P extends string>(path: P, load: Parameters<typeof lazyRouteComponent>[0], name: string) =>
  createRoute({ getParentRoute: () => shell, path, component: lazyRouteComponent(load, name as never) });

const screens = [
  inside("/", () => import("../screens/overview/Overview"), "Overview"),
  inside("/events", () => import("../screens/events/Events"), "Events"),
  inside("/events/$id", () => import("../screens/event/Event"), "Event"),
  inside("/behaviours", () => import("../screens/behaviours/Behaviours"), "Behaviours"),
  inside("/behaviours/$detector", () => import("../screens/behaviours/Behaviour"), "Behaviour"),
  inside("/campaigns", () => import("../screens/campaigns/Campaigns"), "Campaigns"),
  inside("/campaigns/$id", () => import("../screens/campaigns/Campaign"), "Campaign"),
  inside("/actors", () => import("../screens/actors/Actors"), "Actors"),
  inside("/actors/$id", () => import("../screens/actors/Actor"), "Actor"),
  inside("/indicators", () => import("../screens/indicators/Indicators"), "Indicators"),
  inside("/attack", () => import("../screens/attack/Attack"), "Attack"),
  inside("/map", () => import("../screens/map/WorldMap"), "WorldMap"),
  inside("/hunt", () => import("../screens/hunt/Hunt"), "Hunt"),
  inside("/cases", () => import("../screens/cases/Cases"), "Cases"),
  inside("/cases/$id", () => import("../screens/cases/Case"), "Case"),
  inside("/reports", () => import("../screens/reports/Reports"), "Reports"),
  inside("/reports/$kind/$id", () => import("../screens/reports/Report"), "Report"),
  inside("/rules", () => import("../screens/rules/Rules"), "Rules"),
  inside("/rules/$id", () => import("../screens/rules/Rule"), "Rule"),
  inside("/sources", () => import("../screens/sources/Sources"), "Sources"),
  inside("/admin", () => import("../screens/admin/Admin"), "Admin"),
  inside("/admin/$part", () => import("../screens/admin/Admin"), "Admin"),
];

const outside = [
  createRoute({
    getParentRoute: () => root,
    path: "/sign-in",
    component: lazyRouteComponent(() => import("../screens/account/SignIn"), "SignIn"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/setup",
    component: lazyRouteComponent(() => import("../screens/account/SetUp"), "SetUp"),
  }),
];

export const router = createRouter({
  routeTree: root.addChildren([shell.addChildren(screens), ...outside]),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} retry={reset} />,
});
