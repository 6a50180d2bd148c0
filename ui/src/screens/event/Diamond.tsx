// The Diamond Model drawn: who, with what, over what, against whom. What is unknown says so.
import { Link } from "@tanstack/react-router";
import type { Diamond as DiamondModel, Vertex } from "../../api/types";
import { words } from "../../parts/labels";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./Diamond.module.css";

const VALUES_SHOWN = 3;

export function Diamond({ diamond, small = false }: { diamond: DiamondModel; small?: boolean }) {
  return (
    <figure className={classes.figure} aria-label="Diamond model of the event">
      <div className={classes.diamond} data-small={small || undefined}>
        <svg className={classes.lines} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <path d="M50 14 86 50 50 86 14 50Z" />
          <path d="M50 14V86M14 50H86" className={classes.cross} />
        </svg>
        <Corner place="top" name="Adversary" vertex={diamond.adversary} />
        <Corner place="left" name="Capability" vertex={diamond.capability} />
        <Corner place="right" name="Infrastructure" vertex={diamond.infrastructure} defanged />
        <Corner place="bottom" name="Victim" vertex={diamond.victim} />
      </div>
      {!small && <Features diamond={diamond} />}
    </figure>
  );
}

function Features({ diamond }: { diamond: DiamondModel }) {
  return (
    <figcaption className={classes.caption}>
      <Untrusted text={diamond.methodology} max={160} />
      <span className="soft">
        {" "}
        · {words(diamond.direction)} · result {words(diamond.result)}
        {diamond.resources.length > 0 && " · needed: "}
        <Untrusted text={diamond.resources.join(", ")} max={160} />
      </span>
    </figcaption>
  );
}

interface CornerProps {
  place: "top" | "left" | "right" | "bottom";
  name: string;
  vertex: Vertex;
  defanged?: boolean;
}

function Corner({ place, name, vertex, defanged = false }: CornerProps) {
  const rest = vertex.values.length - VALUES_SHOWN;
  return (
    <div className={classes.corner} data-place={place}>
      <div className={classes.name}>{name}</div>
      {vertex.values.length === 0 ? (
        <div className="soft">unknown</div>
      ) : (
        vertex.values.slice(0, VALUES_SHOWN).map((value) => (
          <Link
            key={value}
            to="/indicators"
            search={{ q: value } as never}
            className={classes.value}
            title={`confidence ${vertex.confidence}`}
          >
            <Untrusted text={value} max={34} mono defanged={defanged} />
          </Link>
        ))
      )}
      {rest > 0 && <div className="soft">and {rest} more</div>}
    </div>
  );
}
