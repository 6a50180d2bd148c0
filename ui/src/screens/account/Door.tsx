// The frame of the screens before anybody is signed in.
import { type ReactNode, useEffect } from "react";
import { Mark } from "../../theme/Mark";
import classes from "./Door.module.css";

export function Door({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Margay`;
  }, [title]);
  return (
    <main className={classes.door}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <Mark size={44} />
          <span className={classes.name}>Margay</span>
        </div>
        <h1 className={classes.title}>{title}</h1>
        {note && <p className={classes.note}>{note}</p>}
        {children}
      </div>
      <p className={classes.foot}>
        Raw telemetry in, threat events out. Nothing on this page is loaded from elsewhere.
      </p>
    </main>
  );
}
