// What was pasted is understood as it was meant, and leads where it is looked at.
import { expect, test } from "vitest";
import { choicesOf, refang } from "./choices";

test.each([
  ["hxxps://evil[.]example/a", "https://evil.example/a"],
  ["198.51.100[.]7", "198.51.100.7"],
  ["mallory[@]evil(.)example", "mallory@evil.example"],
  ["plain words.", "plain words."],
])("%s is %s", (pasted, meant) => {
  expect(refang(pasted)).toBe(meant);
});

test("an indicator is looked up, an event is opened, places and words come after", () => {
  const found = {
    understood: { kind: "ip", value: "10.0.0.1" },
    hits: [{ kind: "event", id: "event--1", title: "scan", detail: "high" }],
  };
  const choices = choicesOf("10.0.0.1", found, []);
  expect(choices.map(({ to }) => to)).toEqual(["/indicators", "/events/event--1", "/events"]);
});

test("without a word everything that can be done is offered", () => {
  const command = { id: "dark", kind: "do", title: "Switch to dark", detail: "", act: () => undefined };
  const choices = choicesOf("", undefined, [command]);
  expect(choices.length).toBeGreaterThan(13);
  expect(choices.at(-1)).toBe(command);
});
