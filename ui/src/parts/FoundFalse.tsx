// What people found events to be, as a share with its interval: a few verdicts say little, and the interval shows it.
import type { JudgedShare } from "../api/heavy";
import { grouped } from "../charts/words";

const percent = (share: number): string => `${Math.round(share * 100)}\u00a0%`;

export function FoundFalse({ judged }: { judged: JudgedShare }) {
  const { n_judged, n_false, false_share: share } = judged;
  if (!share) return <span className="soft">none judged</span>;
  return (
    <span className="numbers">
      {grouped(n_false)} of {grouped(n_judged)}{" "}
      <span className="soft">
        ({percent(share.low)} to {percent(share.high)})
      </span>
    </span>
  );
}
