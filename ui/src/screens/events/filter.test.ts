// Facets and completion change the text of a filter, and only the word that was meant.
import { expect, test } from "vitest";
import { has, suggest, toggle, word, words } from "./filter";

const KNOWN = {
  keys: [
    { key: "severity", help: "", values: ["low", "high"] },
    { key: "state", help: "", values: ["new"] },
  ],
};

test("a filter is read as words with places", () => {
  expect(words('severity:high -state:new "two words" -tag:"a b" x')).toMatchObject([
    { key: "severity", value: "high", negated: false },
    { key: "state", value: "new", negated: true },
    { key: "", value: "two words", negated: false },
    { key: "tag", value: "a b", negated: true },
    { key: "", value: "x" },
  ]);
});

test("what is put in comes back as the same word", () => {
  for (const value of ["plain", "two words", 'a "quoted" one', "back\\slash", "-dash", "ünïcode", "a:b"]) {
    const [found] = words(word("tag", value));
    expect(found).toMatchObject({ key: "tag", value, negated: false });
  }
});

test("a second press takes the word out again, and another value stays", () => {
  const once = toggle("severity:=high beacon", "state", "new");
  expect(once).toBe("severity:=high beacon state:new");
  expect(toggle(once, "state", "new")).toBe("severity:=high beacon");
  expect(toggle("severity:=high", "severity", "low")).toBe("severity:=high severity:=low");
});

test("left out takes the place of put in", () => {
  expect(toggle("state:new", "state", "new", true)).toBe("-state:new");
  expect(has("-state:new", "state", "new")).toBe("out");
});

test("keys are completed before the colon, values behind it", () => {
  expect(suggest("sev", 3, KNOWN)).toMatchObject([{ label: "severity:", text: "severity:", cursor: 9 }]);
  expect(suggest("severity:h rest", 10, KNOWN)).toMatchObject([
    { label: "high", text: "severity:high rest" },
  ]);
  expect(suggest("-state:", 7, KNOWN)).toMatchObject([{ text: "-state:new ", cursor: 11 }]);
});
