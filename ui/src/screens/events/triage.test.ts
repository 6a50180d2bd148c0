// What one key did, one key takes back, as far as the engine lets it.
import { expect, test } from "vitest";
import { patchOf, undoing, verdict } from "./triage";

test("a verdict on a new event is taken back to looked at, because nothing becomes new again", () => {
  expect(undoing({ change: verdict("n") }, { state: "new", verdict: "open" })).toMatchObject({
    kind: "verdict",
    judgement: "open",
  });
});

test("an earlier verdict comes back", () => {
  expect(undoing({ change: verdict("y") }, { verdict: "false_positive" })).toMatchObject({
    judgement: "false_positive",
  });
});

test("assignments and tags come back as they were", () => {
  expect(undoing({ change: { kind: "assign", to: "bob" } }, { assignee: null })).toEqual({
    kind: "assign",
    to: null,
  });
  expect(undoing({ change: { kind: "tag", tag: "x" } }, { tags: ["x"] })).toBeNull();
  expect(undoing({ change: { kind: "tag", tag: "x" } }, { tags: [] })).toEqual({ kind: "untag", tag: "x" });
});

test("a comment stays: history is never changed", () => {
  expect(undoing({ change: { kind: "comment", text: "hm" } }, {})).toBeNull();
});

test("a row shows at once what the server will say", () => {
  const row = { tags: ["a"], n_comments: 1 };
  expect(patchOf(verdict("b"), row)).toEqual({
    verdict: "benign_true_positive",
    state: "benign_true_positive",
  });
  expect(patchOf({ kind: "tag", tag: "a" }, row)).toEqual({ tags: ["a"] });
});
