import { columnFromArray, int64, tableFromColumns, tableToIPC, timestamp, utf8 } from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import { Splitter } from "./ipc";
import { instant, Result, shown } from "./result";
import { notebook, quoted, snippets } from "./snippets";
import { countedBy, filtered, literal, name } from "./text";

const table = tableFromColumns({
  at: columnFromArray([1_767_571_200_000, 1_767_571_201_000], timestamp(2)),
  n: columnFromArray([1n, 9_007_199_254_740_993n], int64()),
  name: columnFromArray(["<img src=x onerror=alert(1)>", "a\u202eb"], utf8()),
});
const stream = tableToIPC(table, { format: "stream" }) ?? new Uint8Array();

describe("a stream of Arrow", () => {
  it("comes out whole, however it is cut", () => {
    for (const step of [1, 7, 64, stream.length]) {
      const result = new Result();
      for (let at = 0; at < stream.length; at += step) result.push(stream.subarray(at, at + step));
      expect(result.whole).toBe(true);
      expect(result.n_rows).toBe(2);
      expect(result.columns.map((column) => column.kind)).toEqual(["time", "number", "text"]);
      expect(result.value(1, 1)).toBe(9_007_199_254_740_993n);
      expect(result.value(1, 2)).toBe("a\u202eb");
    }
  });

  it("is not whole where it was cut off", () => {
    const result = new Result();
    result.push(stream.subarray(0, stream.length - 9));
    expect(result.whole).toBe(false);
  });

  it("refuses what is no Arrow, and lengths that cannot be", () => {
    expect(() => new Splitter().push(new TextEncoder().encode("<html>no</html>"))).toThrow();
    const huge = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    expect(() => new Splitter().push(huge)).toThrow();
  });

  it("finds rows in later batches", () => {
    const [schema, ...rest] = new Splitter().push(stream);
    const result = new Result();
    result.push(schema?.bytes ?? new Uint8Array());
    for (let i = 0; i < 3; i += 1) for (const message of rest) result.push(message.bytes);
    expect(result.n_rows).toBe(6);
    expect(result.value(5, 2)).toBe("a\u202eb");
    expect(result.values(2, 3)).toHaveLength(3);
  });
});

describe("values as text", () => {
  it("keeps times exact", () => {
    expect(instant(1_767_571_200_000)).toBe("2026-01-05T00:00:00Z");
    expect(instant(1_767_571_200_123.456)).toBe("2026-01-05T00:00:00.123456Z");
    expect(instant(1e300)).toBe("1e+300");
  });

  it("shows bytes and nested values", () => {
    expect(shown(new Uint8Array([0, 255]), "other")).toBe("00 ff");
    expect(shown({ a: 1n, b: ["x"] }, "other")).toBe('{"a":"1","b":["x"]}');
  });
});

describe("writing SQL", () => {
  it("cannot be broken out of", () => {
    expect(literal("'; DROP TABLE x --")).toBe("'''; DROP TABLE x --'");
    expect(name("user")).toBe("user");
    expect(name('a"b')).toBe('"a""b"');
    expect(name("Rows")).toBe('"Rows"');
  });

  it("wraps a query with or without an end", () => {
    expect(filtered("SELECT 1;\n", "a", "x", false)).toBe(
      "SELECT * FROM (\nSELECT 1\n) AS t\nWHERE CAST(a AS VARCHAR) = 'x'",
    );
    expect(filtered("SELECT 1", "a", null, true)).toContain("WHERE a IS NOT NULL");
    expect(countedBy("SELECT 1", "a")).toContain("GROUP BY 1");
  });
});

describe("snippets", () => {
  const place = { server: "http://127.0.0.1:8750", host: "127.0.0.1" };

  it("quotes for a shell", () => {
    expect(quoted("it's $(rm)")).toBe("'it'\\''s $(rm)'");
    for (const snippet of snippets("SELECT 'a'\nFROM b", place)) expect(snippet.text).toContain("SELECT");
  });

  it("makes a notebook that Jupyter takes", () => {
    const made = JSON.parse(notebook("SELECT 1", "Hunt", place));
    expect(made.nbformat).toBe(4);
    expect(made.cells[1].source.join("")).toContain("SELECT 1");
  });
});
