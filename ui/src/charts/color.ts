// Colors of data as numbers: ramps, contrast, alpha. The colors themselves are tokens of the style sheet.

/** The color of a share from 0 to 1 on a ramp; what is not a number counts as 0. */
export function onRamp(stops: readonly string[], share: number): string {
  const clamped = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  const place = clamped * (stops.length - 1);
  const below = Math.max(0, Math.min(stops.length - 2, Math.floor(place)));
  return mixed(stops[below] ?? "#000000", stops[below + 1] ?? "#000000", place - below);
}

/** The text color that reads better on this ground: black or white reaches 4.58:1 on any color, anything between does not. */
export function inkOn(color: string): string {
  const [night, day] = ["#000000", "#ffffff"];
  return contrast(color, night) >= contrast(color, day) ? night : day;
}

/** Contrast by WCAG, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

/** The same color with an alpha from 0 to 1. */
export function faded(color: string, alpha: number): string {
  const [red, green, blue] = channels(color);
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

function luminance(color: string): number {
  const [red, green, blue] = channels(color).map((byte) => {
    const part = byte / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function mixed(from: string, to: string, share: number): string {
  const [start, end] = [channels(from), channels(to)];
  const parts = start.map((byte, i) => Math.round(byte + ((end[i] ?? byte) - byte) * share));
  return `#${parts.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function channels(color: string): number[] {
  const digits = color.length === 4 ? color.replace(/[0-9a-f]/gi, "$&$&") : color;
  return [1, 3, 5].map((at) => Number.parseInt(digits.slice(at, at + 2), 16) || 0);
}
