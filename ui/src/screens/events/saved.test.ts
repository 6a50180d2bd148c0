// A saved filter reads as it was written.
import { expect, test } from "vitest";
import { type SavedQuery, wordsOf } from "./saved";

test("each part comes back as a word", () => {
  const filter: SavedQuery["question"]["filter"] = {
    severity: "high",
    confidence_min: 51,
    containing: "beacons to",
    conditions: [
      { asks: { state: ["new", "triaged"] }, not: false },
      { asks: { technique: ["T1046"] }, not: true },
      { asks: { severity_is: ["low"] }, not: false },
      { asks: { verdict: ["open"] }, not: false },
      { asks: "assigned", not: true },
    ],
  };
  expect(wordsOf({ name: "x", question: { filter } })).toBe(
    'severity:high confidence:>50 "beacons to" state:new,triaged -technique:T1046 severity:=low verdict:none assignee:none',
  );
});

test("SQL has no words", () => {
  expect(wordsOf({ name: "x", question: { sql: "SELECT 1" } })).toBeNull();
});
