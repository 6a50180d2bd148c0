// A screen's frame: its title (also the tab's), what can be done, and the content that scrolls.
import { type ReactNode, useEffect } from "react";
import classes from "./Page.module.css";

interface Frame {
  title: string;
  /** Before the title in the browser's tab: `10 005`, `severity:high`. */
  tab?: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** The content fills the screen and scrolls by itself, as a grid does. */
  fill?: boolean;
}

export function Page({ title, tab, note, actions, children, fill = false }: Frame) {
  useEffect(() => {
    document.title = [tab, title, "Margay"].filter(Boolean).join(" · ");
  }, [title, tab]);
  return (
    <div className={fill ? classes.fill : classes.flow}>
      <header className={classes.head}>
        <div className={classes.words}>
          <h1 className={classes.title}>{title}</h1>
          {note && <div className={classes.note}>{note}</div>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
