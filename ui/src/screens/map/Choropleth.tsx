// Countries colored by how many records name them. Drawn as SVG from shapes that come with the page.

import { geoNaturalEarth1, geoPath } from "d3-geo";
import { type ReactNode, useMemo, useRef } from "react";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlas from "world-atlas/countries-110m.json";
import { ChartFrame } from "../../charts/ChartFrame";
import { faded, onRamp } from "../../charts/color";
import { type ChartTheme, useChartTheme } from "../../charts/theme";
import { counted, grouped } from "../../charts/words";
import { countryName, shapeOf } from "./countries";
import classes from "./map.module.css";

interface Props {
  counts: ReadonlyMap<string, number>;
  what: string;
  chosen: string | null;
  onPick: (country: string | null) => void;
}

const SIZE = { width: 960, height: 470 } as const;
/** Antarctica takes a fifth of the picture, and nobody logs on from there. */
const ANTARCTICA = "010";

export function Choropleth({ counts, what, chosen, onPick }: Props) {
  const theme = useChartTheme();
  const box = useRef<SVGSVGElement>(null);
  const sorted = useMemo(() => [...counts].sort((a, b) => b[1] - a[1]), [counts]);
  const shapes = useMemo(() => drawn(), []);
  const byShape = useMemo(() => new Map(sorted.map(([code, n]) => [shapeOf(code), { code, n }])), [sorted]);
  const most = sorted[0]?.[1] ?? 0;
  const unseen = sorted.filter(([code]) => shapeOf(code) === undefined).length;
  const data = {
    columns: ["country", "code", what],
    rows: sorted.map(([code, n]) => [countryName(code), code, n]),
  };
  return (
    <ChartFrame
      title={`${what} by country`}
      summary={summaryOf(sorted, what, unseen)}
      data={data}
      images={{ svg: () => svgText(box.current, theme), png: () => pngOf(svgText(box.current, theme)) }}
    >
      <div className={classes.mapRow}>
        <svg
          ref={box}
          viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
          className={classes.map}
          role="img"
          aria-label={summaryOf(sorted, what, unseen)}
        >
          {shapes.map(({ id, key, path }) => {
            const known = id === undefined ? undefined : byShape.get(id);
            return (
              <Country
                key={key}
                path={path}
                fill={known ? colorOf(known.n, most, theme) : theme.ramp[0]}
                isChosen={known !== undefined && known.code === chosen}
                theme={theme}
                onClick={known ? () => onPick(known.code === chosen ? null : known.code) : undefined}
              >
                {known && <title>{`${countryName(known.code)}: ${grouped(known.n)} ${what}`}</title>}
              </Country>
            );
          })}
        </svg>
        <ol className={classes.top} aria-label="Countries, the most frequent first">
          {sorted.slice(0, 14).map(([code, n]) => (
            <li key={code}>
              <button
                type="button"
                aria-pressed={code === chosen}
                onClick={() => onPick(code === chosen ? null : code)}
              >
                <span className={classes.swatch} style={{ background: colorOf(n, most, theme) }} />
                <span>{countryName(code)}</span>
                <span className="numbers">{grouped(n)}</span>
              </button>
            </li>
          ))}
        </ol>
      </div>
      <p className={classes.note}>
        Borders as in Natural Earth, at a scale of 1:110 million; they state no position on any of them.
      </p>
    </ChartFrame>
  );
}

interface CountryProps {
  path: string;
  fill: string | undefined;
  isChosen: boolean;
  theme: ChartTheme;
  onClick: (() => void) | undefined;
  children: ReactNode;
}

function Country({ path, fill, isChosen, theme, onClick, children }: CountryProps) {
  return (
    // The list beside the map has the same as buttons, for those who do not point.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <path
      d={path}
      fill={fill}
      stroke={isChosen ? theme.unusual : faded(theme.muted, 0.45)}
      strokeWidth={isChosen ? 2 : 0.5}
      className={onClick && classes.known}
      onClick={onClick}
    >
      {children}
    </path>
  );
}

/** By the root: the second country would else be as pale as the last. */
function colorOf(n: number, most: number, theme: ChartTheme): string {
  return onRamp(theme.ramp, 0.15 + 0.8 * Math.sqrt(n / (most || 1)));
}

function drawn(): { id: string | undefined; key: string; path: string }[] {
  const topology = atlas as unknown as Topology<{ countries: GeometryCollection<{ name: string }> }>;
  const countries = feature(topology, topology.objects.countries).features.filter(
    (country) => country.id !== ANTARCTICA,
  );
  const projection = geoNaturalEarth1().fitSize([SIZE.width, SIZE.height], {
    type: "FeatureCollection",
    features: countries,
  });
  const path = geoPath(projection, null).digits(1);
  // Three shapes have no number: Kosovo, Northern Cyprus, Somaliland.
  return countries.map((country, i) => ({
    id: country.id === undefined ? undefined : String(country.id),
    key: String(country.id ?? `unnumbered ${i}`),
    path: path(country) ?? "",
  }));
}

function summaryOf(sorted: readonly (readonly [string, number])[], what: string, unseen: number): string {
  const total = sorted.reduce((sum, [, n]) => sum + n, 0);
  const first = sorted
    .slice(0, 3)
    .map(([code, n]) => `${countryName(code)} ${Math.round((100 * n) / Math.max(1, total))} %`);
  const small =
    unseen > 0
      ? ` ${counted(unseen, "place is", "places are")} not on the map: too small, or no country.`
      : "";
  return `${grouped(total)} ${what} from ${counted(sorted.length, "country", "countries")}: ${first.join(", ")}.${small}`;
}

function svgText(svg: SVGSVGElement | null, theme: ChartTheme): string {
  if (!svg) return "";
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(SIZE.width));
  copy.setAttribute("height", String(SIZE.height));
  copy.style.background = theme.paper;
  return new XMLSerializer().serializeToString(copy);
}

function pngOf(svg: string): Promise<Blob | null> {
  return new Promise((done) => {
    const image = new Image();
    image.onerror = () => done(null);
    image.onload = () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [SIZE.width * 2, SIZE.height * 2];
      canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(done);
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  });
}
