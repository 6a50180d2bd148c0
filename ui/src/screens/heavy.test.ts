// Logic of the screens on campaigns, ATT&CK, indicators, hunting, behaviours and the map.
import { describe, expect, it } from "vitest";
import type { Finding, Matrix, Technique } from "../api/heavy";
import { Problem } from "../api/problem";
import { bears } from "./actors/Actors";
import { gap, mark, matrixData, rolledUp, share, summaryOf } from "./attack/layers";
import { contactsOf } from "./behaviours/contacts";
import { chosen } from "./hunt/chart";
import { faultsOf } from "./hunt/faults";
import { profileOf } from "./hunt/profile";
import { windowed } from "./hunt/window";
import { asked, listData } from "./indicators/asked";
import { countryName, shapeOf } from "./map/countries";
import { byCountry, questionOf, stepsOf } from "./map/flows";

describe("what was pasted", () => {
  it("is cut into values, each once", () => {
    expect(asked(' hxxp://a[.]b/x,y \n1.2.3.4, 1.2.3.4; "c.example" <d@e.example>')).toEqual([
      "hxxp://a[.]b/x,y",
      "1.2.3.4",
      "c.example",
      "d@e.example",
    ]);
    expect(asked("a.example,b.example")).toEqual(["a.example", "b.example"]);
    expect(asked("\n \t")).toEqual([]);
  });

  it("is a row each in the file, also what is unknown", () => {
    expect(listData([{ asked: "x", found: [] }]).rows).toEqual([["x", null, null, null, 0, null, 0, null]]);
  });
});

const technique = (id: string, change: Partial<Technique> = {}): Technique => ({
  id,
  name: id,
  n_events: 0,
  n_rules: 0,
  visibility: null,
  detectors: [],
  ...change,
});

describe("layers of ATT&CK", () => {
  it("calls a gap only what could be seen and nobody looks for", () => {
    expect(gap(technique("T1", { visibility: 0.5 }))).toBe(0.5);
    expect(gap(technique("T1", { visibility: 0.5, detectors: ["scan"] }))).toBe(0);
    expect(gap(technique("T1"))).toBe(0);
    expect(share(technique("T1"), "visibility")).toBeNull();
  });

  it("shows in a technique what its parts have", () => {
    const [whole] = rolledUp([
      technique("T1", { visibility: 0, n_rules: 1 }),
      technique("T1.001", { visibility: 1, n_events: 3, n_rules: 2, used: true }),
    ]);
    expect(whole).toMatchObject({ n_events: 3, n_rules: 3, visibility: 1, used: true });
  });

  it("never shows something as nothing", () => {
    expect(mark(technique("T1", { visibility: 0.001 }), "visibility")).toBe("1 %");
    expect(mark(technique("T1", { n_events: 0 }), "events")).toBe("");
  });

  it("counts a technique of two tactics once", () => {
    const twice: Matrix = {
      version: "18.1",
      tactics: ["a", "b"].map((name) => ({
        id: name,
        shortname: name,
        name,
        techniques: [technique("T1", { n_events: 1 })],
      })),
    };
    expect(summaryOf(twice, "events")).toContain("1 of 1 technique ");
    expect(matrixData(twice).rows).toHaveLength(2);
  });
});

describe("hunting", () => {
  const problem = (title: string, more = {}) => new Problem(400, "bad_sql", title, "", "", "", more);

  it("finds the place of a fault in the text", () => {
    expect(faultsOf(problem("x", { position: 9, length: 4 }), "SELECT\n  src_ipp")[0]).toMatchObject({
      line: 2,
      column: 3,
      length: 4,
    });
    expect(
      faultsOf(problem("Expected: an expression, found: EOF at Line: 3, Column: 7"), "")[0],
    ).toMatchObject({ line: 3, column: 7 });
    expect(faultsOf(problem('no field named "src_ipp"'), "SELECT a,\nsrc_ipp FROM t")[0]).toMatchObject({
      line: 2,
      column: 1,
    });
    expect(
      faultsOf(problem("Schema error: No field named c.boom.\nValid fields are a."), "SELECT c.boom")[0],
    ).toMatchObject({ line: 1, column: 10, length: 4 });
    expect(faultsOf(problem("the lake does not answer"), "SELECT 1")).toEqual([]);
  });

  it("puts the range in for the window", () => {
    const range = { text: "", label: "", since: "2026-01-05T00:00:00.000Z" };
    expect(windowed("SELECT 1 WHERE {{window}}", range)).toBe(
      "SELECT 1 WHERE (observed_at >= TIMESTAMP '2026-01-05T00:00:00.000Z')",
    );
    expect(windowed("{{ window }}", { text: "", label: "" })).toBe("TRUE");
  });

  it("chooses the chart that the columns ask for", () => {
    const column = (kind: "time" | "number" | "text") => ({ name: kind, key: kind, kind });
    expect(chosen([column("time"), column("number")])).toMatchObject({ kind: "line", x: 0, y: 1 });
    expect(chosen([column("number"), column("text")])).toMatchObject({ kind: "bar", x: 1, y: 0 });
    expect(chosen([column("number"), column("number")]).kind).toBe("scatter");
    expect(chosen([column("text")]).kind).toBe("histogram");
  });

  it("describes a column", () => {
    expect(profileOf([1n, 5, null, 5], "number")).toMatchObject({
      n: 4,
      n_missing: 1,
      n_different: 2,
      least: "1",
      greatest: "5",
      most: [
        { text: "5", n: 2 },
        { text: "1", n: 1 },
      ],
    });
  });
});

describe("behaviours", () => {
  const finding = (object: Finding["object"]) =>
    ({
      subject: { kind: "ip", value: "10.0.0.1" },
      object,
      first_seen: "2026-01-05T00:00:00Z",
      last_seen: "2026-01-05T01:00:00Z",
    }) as Finding;

  it("asks for the contacts of two sides, with quoted names", () => {
    expect(contactsOf(finding({ kind: "ip", value: "192.0.2.1" }))).toContain("dst_ip = '192.0.2.1'");
    expect(contactsOf(finding({ kind: "domain", value: "a'b.example" }))).toContain("'a''b.example'");
    expect(contactsOf(finding(null))).toBeNull();
  });
});

describe("the map", () => {
  it("knows countries, and keeps what is none", () => {
    expect(shapeOf("DE")).toBe("276");
    expect(shapeOf("SG")).toBeUndefined();
    expect(countryName("DE")).toBe("Germany");
    expect(countryName("T1")).toBe("T1");
    expect(countryName("<b>")).toBe("<b>");
  });

  it("sums flows of the same ends", () => {
    const flow = (country: string, n: number) => ({ country, middle: "m", target: "t", n });
    expect(byCountry([flow("DE", 1), flow("DE", 2)]).get("DE")).toBe(3);
    const [first, second] = stepsOf([flow("DE", 1), flow("FR", 2)]);
    expect(first).toHaveLength(2);
    expect(second).toEqual([{ from: "m", to: "t", n: 3 }]);
  });

  it("asks only for tables that it knows", () => {
    expect(questionOf("x; DROP", { text: "", label: "" }).table).toBe("http_requests");
  });
});

describe("actors", () => {
  it("compares names without case, blanks and hyphens", () => {
    expect(bears({ id: "G0007", name: "APT28", aliases: ["Fancy Bear"] }, "apt 28")).toBe(true);
    expect(bears({ id: "G0007", name: "APT28", aliases: ["Fancy Bear"] }, "fancy-bear")).toBe(true);
    expect(bears({ id: "G0007", name: "APT28", aliases: [] }, "APT29")).toBe(false);
  });
});
