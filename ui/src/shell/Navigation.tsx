// The way to every screen, at the left; labels go away where the window is narrow.
import { Link } from "@tanstack/react-router";
import classes from "./Navigation.module.css";
import { GROUPS } from "./places";

export function Navigation() {
  return (
    <nav className={classes.navigation} aria-label="Screens">
      {GROUPS.map((group) => (
        <div key={group.name} className={classes.group}>
          <div className={classes.heading}>{group.name}</div>
          {group.places.map(({ to, name, key, icon: Icon }) => (
            <Link
              key={to}
              to={to}
              className={classes.link}
              activeOptions={{ exact: to === "/", includeSearch: false }}
              activeProps={{ "data-active": true }}
              aria-keyshortcuts={`g ${key}`}
              title={`${name} (g ${key})`}
            >
              <Icon size={17} />
              <span className={classes.name}>{name}</span>
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
}
