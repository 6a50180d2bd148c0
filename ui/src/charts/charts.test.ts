import { describe, expect, it } from "vitest";
import { contrast, inkOn, onRamp } from "./color";
import { bins, qq } from "./distributions";
import { qqSummary } from "./QqPlot";
import { periodOf, raster, rhythm } from "./rhythm";
import { csv, csvCell, escapedXml, fileName } from "./save";
import { seriesSummary, seriesSvg } from "./series";
import type { ChartTheme } from "./theme";
import { bytes, counted, grouped, rough, span } from "./words";

describe("files of data", () => {
  it("disarms formulas, and only texts", () => {
    expect(csvCell("=HYPERLINK(1)")).toBe("'=HYPERLINK(1)");
    expect(csvCell("@SUM(A1)")).toBe("'@SUM(A1)");
    expect(csvCell("-1.5e3")).toBe("-1.5e3");
    expect(csvCell(-3)).toBe("-3");
  });

  it("quotes what would else be two cells or two lines", () => {
    expect(csv({ columns: ["a", "b"], rows: [['x,"y"\n', null]] })).toBe('a,b\r\n"x,""y""\n",\r\n');
  });

  it("names files with what every system takes", () => {
    expect(fileName("../../etc/“passwd” \u202e", "csv")).toBe("etc-passwd.csv");
    expect(fileName("\u0000", "svg")).toBe("margay.svg");
  });

  it("writes XML that no text breaks out of", () => {
    expect(escapedXml('</text><script a="1">\u0000&')).toBe(
      "&lt;/text&gt;&lt;script a=&quot;1&quot;&gt;\ufffd&amp;",
    );
  });
});

describe("colors", () => {
  it("reads on every color of a ramp at 4.5 to 1", () => {
    for (const stops of [
      ["#eef1ef", "#a9b8d6", "#1b2f63"],
      ["#1b242d", "#7c7b78", "#fde838"],
    ]) {
      for (let share = 0; share <= 1; share += 0.01) {
        const ground = onRamp(stops, share);
        expect(contrast(ground, inkOn(ground))).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it("takes what is no number as nothing", () => {
    expect(onRamp(["#000000", "#ffffff"], Number.NaN)).toBe("#000000");
  });
});

describe("words", () => {
  it("groups, rounds and counts", () => {
    expect(grouped(1_022_537)).toBe("1\u202f022\u202f537");
    expect(grouped(12345678901234567890n)).toBe("12\u202f345\u202f678\u202f901\u202f234\u202f567\u202f890");
    expect(rough(0.000012345)).toBe("1.2e-5");
    expect(rough(Number.NaN)).toBe("–");
    expect(bytes(1_530_000)).toBe("1.53 MB");
    expect(span(3 * 3600 + 12 * 60)).toBe("3 h 12 min");
    expect(span(3600)).toBe("1 h");
    expect(counted(1, "event")).toBe("1 event");
  });
});

describe("distributions", () => {
  it("loses no value at the edges", () => {
    const found = bins([0, 0.5, 1, Number.NaN, Number.POSITIVE_INFINITY], 4);
    expect(found.reduce((n, bin) => n + bin.n, 0)).toBe(3);
    expect(found.at(-1)).toMatchObject({ high: 1, n: 1 });
    expect(bins([7, 7], 4)).toEqual([{ low: 7, high: 7, n: 2 }]);
    expect(bins([])).toEqual([]);
  });

  it("puts what chance gives onto the line and inside of the band", () => {
    const even = [1, 2, 5].map((rank) => {
      const p = rank / 1001;
      return { rank, p, expected: p, low: p / 3, high: p * 3 };
    });
    for (const point of qq(even)) {
      expect(point.observed).toBeCloseTo(point.expected, 9);
      expect(point.low).toBeLessThan(point.observed);
      expect(point.high).toBeGreaterThan(point.observed);
    }
    expect(qqSummary(qq(even), 1000)).toContain("None of those shown");
  });

  it("draws a p-value of 0, and says that it is above the band", () => {
    const points = qq([{ rank: 1, p: 0, expected: 0.1, low: 0.001, high: 0.3 }]);
    expect(Number.isFinite(points[0]?.observed)).toBe(true);
    expect(qqSummary(points, 10)).toContain("1 point lies above");
    expect(qqSummary([], 3)).toContain("Too few tests");
  });
});

describe("rhythm", () => {
  // A beacon of 60 s with 10 % jitter around a fixed grid, and a burst of three connections each time.
  const beacon = Array.from({ length: 200 }, (_, i) => 1_000_000 + i * 60 + 6 * Math.sin(i * 7.3));
  const bursts = beacon.flatMap((at) => [at, at + 0.3, at + 1]);

  it("finds the period of a beacon behind bursts and jitter", () => {
    const found = rhythm(bursts);
    expect(found?.contacts).toHaveLength(200);
    expect(periodOf(found?.contacts ?? [], found?.gapMedian ?? 0)).toBeCloseTo(60, 0);
  });

  it("lays a beacon into one column", () => {
    const phases = raster(beacon, 60).map((point) => point.phase);
    expect(Math.max(...phases) - Math.min(...phases)).toBeLessThan(15);
  });

  it("says nothing of two contacts, of none and of no numbers", () => {
    expect(rhythm([1, 100])).toBeNull();
    expect(rhythm([])).toBeNull();
    expect(rhythm([Number.NaN, Number.NaN, Number.NaN])).toBeNull();
    expect(raster([1, 2], 0)).toEqual([]);
  });
});

describe("series", () => {
  const series = {
    at: [0, 3600, 7200],
    value: [10, 50, null],
    low: [5, 5, 5],
    high: [20, 20, 20],
    unusual: [false, true, false],
  };

  it("says in a sentence what lies outside", () => {
    expect(seriesSummary(series, "records")).toContain("1 point lies outside of the expected band");
    expect(seriesSummary({ at: [], value: [] }, "records")).toBe("No records in this time.");
  });

  it("draws band, line and unusual points as SVG", () => {
    const theme = { paper: "#fff", accent: "#00f", unusual: "#d50", muted: "#555" } as ChartTheme;
    const svg = seriesSvg(series, theme, 400, 200);
    expect(svg.match(/<circle/g)).toHaveLength(1);
    expect(svg).toContain("<polygon");
    expect(svg).not.toContain("NaN");
  });
});
