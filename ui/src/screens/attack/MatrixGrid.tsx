// Tactics as columns, techniques as cells. One stop of the keyboard: arrows move, Enter opens.

import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import type { Matrix, Technique } from "../../api/heavy";
import { inkOn, onRamp } from "../../charts/color";
import { useChartTheme } from "../../charts/theme";
import classes from "./attack.module.css";
import { isPart, type LayerName, mark, nLooking, rolledUp, share } from "./layers";

interface Props {
  matrix: Matrix;
  layer: LayerName;
  withParts: boolean;
  onlyMarked: boolean;
  chosen: string | null;
  onPick: (id: string) => void;
}

export function MatrixGrid({ matrix, layer, withParts, onlyMarked, chosen, onPick }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<[number, number]>([0, 0]);
  const columns = useMemo(
    () =>
      matrix.tactics.map((tactic) => {
        const techniques = withParts ? tactic.techniques : rolledUp(tactic.techniques);
        return {
          ...tactic,
          techniques: onlyMarked
            ? techniques.filter((one) => (share(one, layer) ?? 0) > 0 || one.used)
            : techniques,
        };
      }),
    [matrix, withParts, onlyMarked, layer],
  );

  const keyed = (event: KeyboardEvent) => {
    const moves: Record<string, [number, number]> = {
      ArrowDown: [0, 1],
      ArrowUp: [0, -1],
      ArrowRight: [1, 0],
      ArrowLeft: [-1, 0],
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const column = Math.max(0, Math.min(columns.length - 1, at[0] + move[0]));
    const row = Math.max(0, Math.min((columns[column]?.techniques.length ?? 1) - 1, at[1] + move[1]));
    setAt([column, row]);
    box.current?.querySelector<HTMLElement>(`[data-at="${column}-${row}"]`)?.focus();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its cells are buttons; here only arrows are heard
    <div ref={box} className={classes.matrix} onKeyDown={keyed}>
      {columns.map((tactic, i) => (
        <section key={tactic.id} className={classes.tactic} aria-label={tactic.name}>
          <header className={classes.head}>
            <h2>{tactic.name}</h2>
            <span className="soft numbers">
              {tactic.techniques.filter((one) => (share(one, layer) ?? 0) > 0).length} /{" "}
              {tactic.techniques.length}
            </span>
          </header>
          {tactic.techniques.map((technique, row) => (
            <Cell
              key={technique.id}
              technique={technique}
              layer={layer}
              place={`${i}-${row}`}
              isStop={at[0] === i && at[1] === row}
              isChosen={technique.id === chosen}
              onPick={() => {
                setAt([i, row]);
                onPick(technique.id);
              }}
            />
          ))}
        </section>
      ))}
    </div>
  );
}

/** A hue for each layer, so that one is not taken for the other; the strength within it is the share. */
const HUES: Record<LayerName, number> = { events: 1, rules: 2, visibility: 0, gap: 4 };

interface CellProps {
  technique: Technique;
  layer: LayerName;
  place: string;
  isStop: boolean;
  isChosen: boolean;
  onPick: () => void;
}

function Cell({ technique, layer, place, isStop, isChosen, onPick }: CellProps) {
  const theme = useChartTheme();
  const part = share(technique, layer);
  const ground =
    part === null || part === 0
      ? null
      : onRamp([theme.paper, theme.palette[HUES[layer]] ?? theme.accent], 0.14 + 0.6 * part);
  const said = mark(technique, layer);
  return (
    <button
      type="button"
      data-at={place}
      className={classes.cell}
      data-part={isPart(technique) || undefined}
      data-used={technique.used || undefined}
      aria-pressed={isChosen}
      tabIndex={isStop ? 0 : -1}
      title={`${technique.id} ${technique.name}: ${technique.n_events} events, ${nLooking(technique)} looking, ${technique.visibility === null ? "unknown" : `${Math.round(technique.visibility * 100)} %`} visible`}
      style={ground ? { background: ground, color: inkOn(ground) } : undefined}
      onClick={onPick}
    >
      {technique.name} {said && <span className={classes.mark}>{said}</span>}
    </button>
  );
}
