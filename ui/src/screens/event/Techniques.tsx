// ATT&CK techniques as chips; each leads to the matrix.
import { Link } from "@tanstack/react-router";
import type { TechniqueClaim } from "../../api/types";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./event.module.css";

export function Techniques({ claims }: { claims: TechniqueClaim[] }) {
  if (claims.length === 0) return <span className="soft">none named</span>;
  return (
    <span className={classes.chips}>
      {claims.map((claim) => (
        <Link
          key={claim.id}
          to="/attack"
          search={{ technique: claim.id } as never}
          className={classes.chip}
          title={`${claim.tactics.join(", ")}; confidence ${claim.confidence}`}
        >
          <span className="mono">{claim.id}</span> <Untrusted text={claim.name} max={40} />
        </Link>
      ))}
    </span>
  );
}
