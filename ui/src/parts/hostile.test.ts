// What deceives is named, and nothing of what was written is lost.
import { expect, test } from "vitest";
import { defang, pieces, plain, shorten } from "./hostile";

test.each([
  ["invoice\u202Efdp.exe", "invoice\\u{202e}fdp.exe"],
  ["a\u200Bb\u2060c", "a\\u{200b}b\\u{2060}c"],
  ["line\nnext\ttab\0", "line\\nnext\\ttab\\0"],
  ["\u001b[31mred", "\\u{1b}[31mred"],
  ["tag\u{e0041}", "tag\\u{e0041}"],
  ["half \ud800 pair", "half \\u{d800} pair"],
  ["filler\u3164", "filler\\u{3164}"],
  ["Grüße 東京 🐆", "Grüße 東京 🐆"],
])("%j is shown as %j", (text, shown) => {
  expect(plain(text)).toBe(shown);
});

test("lines stay lines where they are asked for", () => {
  expect(pieces("a\nb\u202Ec", true)).toEqual([
    { text: "a\nb", escaped: false },
    { text: "\\u{202e}", escaped: true },
    { text: "c", escaped: false },
  ]);
});

test.each([
  ["http://evil.example/a.js", "hxxp://evil[.]example/a[.]js"],
  ["https://a.b.c.example", "hxxps://a.b.c[.]example"],
  ["198.51.100.7", "198.51.100[.]7"],
  ["mallory@evil.example", "mallory[@]evil[.]example"],
  ["ftp://x.y", "fxp://x[.]y"],
  ["no dots here.", "no dots here."],
  ["1767619861.5194 s", "1767619861.5194 s"],
])("%s is broken to %s", (text, broken) => {
  expect(defang(text)).toBe(broken);
});

test("the middle goes, and no letter is cut in half", () => {
  expect(shorten("🐆".repeat(30), 11)).toBe(`${"🐆".repeat(6)}…${"🐆".repeat(4)}`);
  expect(shorten("short", 11)).toBe("short");
});
