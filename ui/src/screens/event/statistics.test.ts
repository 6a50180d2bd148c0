// Numbers in words: no unit is wrong, and nothing is said to be impossible.
import { expect, test } from "vitest";
import { explain, odds, span } from "./statistics";

test.each([
  [["period_s", 84.92] as [string, number], "Interval", "84.9 s"],
  [["jitter", 0.0838] as [string, number], "Jitter", "8.38 %"],
  [["n_beats", 211] as [string, number], "Contacts", "211"],
  [["p_timing", 1.25e-54] as [string, number], "Timing by chance", "1.3e-54"],
  [["something_new", 2.71234] as [string, number], "something new", "2.712"],
  [["n_widgets", 12345] as [string, number], "widgets", "12,345"],
])("%j", (statistic, name, value) => {
  expect(explain(statistic)).toMatchObject({ name, value });
});

test("odds are told as they are", () => {
  expect(odds(0.00045)).toBe("once in 2,222 times");
  expect(odds(1e-54)).toBe("once in 10^54 times");
  expect(odds(0)).toBe("practically never");
  expect(odds(1)).toBe("more often than not");
});

test("times have the unit that people would use", () => {
  expect([span(85), span(1_995), span(14_379), span(604_800)]).toEqual(["85 s", "33.3 min", "3.99 h", "7 d"]);
});
