// What is in the list, counted by field. A press puts a value into the filter, with Alt it leaves it out.
import type { Facets as FacetsAnswer } from "../../api/types";
import { words } from "../../parts/labels";
import { Untrusted } from "../../parts/Untrusted";
import classes from "./Facets.module.css";
import { has, toggle } from "./filter";

interface FacetsProps {
  answer: FacetsAnswer;
  f: string;
  onFilter: (f: string) => void;
}

/** Values that are our own words, and read better with spaces. */
const OURS = new Set(["category", "state", "severity", "tactic", "verdict"]);

export function Facets({ answer, f, onFilter }: FacetsProps) {
  return (
    <div className={classes.facets}>
      {answer.facets
        .filter((facet) => facet.values.length > 0)
        .map((facet) => {
          const most = Math.max(1, ...facet.values.map((value) => value.count));
          return (
            <section key={facet.field} aria-label={facet.field}>
              <h2 className={classes.field}>{words(facet.field)}</h2>
              <ul className={classes.values}>
                {facet.values.map(({ value, count }) => {
                  const standing = has(f, facet.field, value);
                  return (
                    <li key={value}>
                      <button
                        type="button"
                        className={classes.value}
                        data-standing={standing ?? undefined}
                        aria-pressed={standing !== null}
                        title="Press to filter for it, with Alt to leave it out"
                        onClick={(event) => onFilter(toggle(f, facet.field, value, event.altKey))}
                      >
                        <span
                          className={classes.bar}
                          style={{ width: `${(count / most) * 100}%` }}
                          aria-hidden="true"
                        />
                        <span className={classes.name}>
                          {standing === "out" && "not "}
                          <Untrusted text={OURS.has(facet.field) ? words(value) : value} max={32} />
                        </span>
                        <span className={classes.count}>{count.toLocaleString("en")}</span>
                      </button>
                    </li>
                  );
                })}
              </ul>
            </section>
          );
        })}
    </div>
  );
}
