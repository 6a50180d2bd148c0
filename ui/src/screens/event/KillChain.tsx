// The seven steps of the kill chain, with those that this event stands for.
import classes from "./event.module.css";

const PHASES = [
  ["reconnaissance", "Reconnaissance"],
  ["weaponization", "Weaponization"],
  ["delivery", "Delivery"],
  ["exploitation", "Exploitation"],
  ["installation", "Installation"],
  ["command-and-control", "Command and control"],
  ["actions-on-objectives", "Actions on objectives"],
] as const;

export function KillChain({ phases }: { phases: string[] }) {
  return (
    <ol className={classes.chain} aria-label="Kill chain">
      {PHASES.map(([name, title]) => (
        <li
          key={name}
          data-on={phases.includes(name) || undefined}
          aria-current={phases.includes(name) ? "step" : undefined}
        >
          {title}
        </li>
      ))}
    </ol>
  );
}
