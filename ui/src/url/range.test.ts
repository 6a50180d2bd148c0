// Ranges of time in addresses: what is read, what is written, and what a broken one becomes.
import { expect, test } from "vitest";
import { parseInstant, parseRange, rangeText } from "./range";
import { parseSearch, stringifySearch } from "./state";

const NOW = Date.UTC(2026, 0, 6, 12, 0, 30);

test("relative ranges end now and begin on a whole minute", () => {
  expect(parseRange("-24h", NOW)).toEqual({
    text: "-24h",
    label: "Last 24 hours",
    since: "2026-01-05T12:00:00.000Z",
  });
});

test("two instants, or one of them", () => {
  expect(parseRange("2026-01-05..2026-01-06T08:00Z", NOW)).toMatchObject({
    since: "2026-01-05T00:00:00.000Z",
    until: "2026-01-06T08:00:00.000Z",
  });
  expect(parseRange("..2026-01-06", NOW).since).toBeUndefined();
});

test.each(["", "nonsense", "-5x", "..", "2026-99-99..x"])("%j is all time", (text) => {
  expect(parseRange(text, NOW)).toEqual({ text: "", label: "All time" });
});

test("what is written is read again", () => {
  const [since, until] = [new Date(NOW), new Date(NOW + 3_600_000)];
  expect(parseRange(rangeText(since, until), NOW)).toMatchObject({
    since: since.toISOString(),
    until: until.toISOString(),
  });
  expect(parseInstant("2026-01-05 13:31")?.toISOString()).toBe("2026-01-05T13:31:00.000Z");
  expect(parseInstant("yesterday")).toBeNull();
});

test("addresses carry plain text, whatever is in it", () => {
  const search = { f: 'severity:high "a & b" -tag:x#y', t: "-24h", empty: "" };
  expect(parseSearch(stringifySearch(search))).toEqual({ f: search.f, t: "-24h" });
});
