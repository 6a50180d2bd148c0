// The curve of a score: the server's where it sends one, else a straight line through the points that are known. Pure.

import type { IndicatorView } from "../../api/heavy";
import type { Series } from "../../charts/series";

const seconds = (at: string): number => Date.parse(at) / 1000;

export function decay(view: IndicatorView, now = Date.now() / 1000): Series {
  if (view.curve && view.curve.length > 1) {
    return {
      at: view.curve.map((point) => seconds(point.at)),
      value: view.curve.map((point) => point.score),
    };
  }
  const best = view.claims[0];
  if (!best) return { at: [], value: [] };
  const points: [number, number][] = [
    [seconds(best.score.seen_at), best.score.base],
    [now, best.score.now],
  ];
  if (best.score.decays_at && seconds(best.score.decays_at) > now)
    points.push([seconds(best.score.decays_at), 0]);
  const known = points.filter(([at]) => Number.isFinite(at)).sort((a, b) => a[0] - b[0]);
  return { at: known.map(([at]) => at), value: known.map(([, score]) => score) };
}
