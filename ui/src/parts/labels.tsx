// Severity, marking and state as labels: a word and a shape always, color only on top.
import classes from "./labels.module.css";

const GLYPHS: Record<string, string> = { critical: "●", high: "◕", medium: "◑", low: "◔" };

export function Severity({ value, word = true }: { value: string; word?: boolean }) {
  return (
    <span className={classes.severity} data-severity={value} title={word ? undefined : value}>
      <span aria-hidden="true">{GLYPHS[value] ?? "○"}</span>
      {word ? value : <span className={classes.unseen}>{value}</span>}
    </span>
  );
}

/** FIRST's marking, in its colors on its black, with the word. */
export function Tlp({ value }: { value: string }) {
  return (
    <span className={classes.tlp} data-tlp={value.toUpperCase().replace("AMBER+STRICT", "AMBER")}>
      TLP:{value.toUpperCase()}
    </span>
  );
}

const STATES: Record<string, string> = {
  new: "new",
  triaged: "triaged",
  confirmed: "confirmed",
  false_positive: "false positive",
  benign_true_positive: "benign",
  duplicate: "duplicate",
  closed: "closed",
};

export function State({ value }: { value: string }) {
  return (
    <span className={classes.state} data-state={value}>
      {STATES[value] ?? value}
    </span>
  );
}

/** `command_and_control` as people write it. */
export function words(name: string): string {
  return name.replaceAll("_", " ").replaceAll("-", " ");
}
