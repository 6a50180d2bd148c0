// A titled part of a screen; its heading is a landmark for those who jump from heading to heading.
import { type ReactNode, useId } from "react";
import classes from "./Panel.module.css";

interface Frame {
  title: string;
  /** A sentence below the title: what is seen here. */
  note?: ReactNode;
  /** Controls at the right of the title. */
  actions?: ReactNode;
  children: ReactNode;
  /** No padding around the content, as tables want it. */
  flush?: boolean;
}

export function Panel({ title, note, actions, children, flush = false }: Frame) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <header className={classes.head}>
        <div>
          <h2 id={id} className={classes.title}>
            {title}
          </h2>
          {note && <p className={classes.note}>{note}</p>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      <div className={flush ? undefined : classes.body}>{children}</div>
    </section>
  );
}
