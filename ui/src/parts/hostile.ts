// What attackers write, made safe to look at: nothing may hide, reorder or pretend.

export interface Piece {
  text: string;
  /** Whether this stands for a character that would not be seen, or would move others. */
  escaped: boolean;
}

/** Controls, formats (bidirectional, zero-width, tags), lone surrogates, separators of lines and paragraphs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** Letters, marks and symbols that show nothing: fillers, joiners, variation selectors, a blank of Braille. */
const BLANK = [
  [0x034f, 0x034f],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xffa0, 0xffa0],
  [0xe0100, 0xe01ef],
] as const;

function deceives(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return UNSEEN.test(character) || BLANK.some(([first, last]) => first <= code && code <= last);
}

const NAMES: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0" };

const nameOf = (character: string) =>
  NAMES[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** The text in pieces: as it is, or as the name of a character that deceives. `lines` keeps line feeds. */
export function pieces(text: string, lines = false): Piece[] {
  const found: Piece[] = [];
  let run = "";
  for (const character of text) {
    if ((lines && character === "\n") || !deceives(character)) {
      run += character;
      continue;
    }
    if (run) found.push({ text: run, escaped: false });
    found.push({ text: nameOf(character), escaped: true });
    run = "";
  }
  if (run) found.push({ text: run, escaped: false });
  return found;
}

/** The text in one line, with the names of deceptive characters in it. For attributes and canvases. */
export function plain(text: string): string {
  return pieces(text)
    .map((piece) => piece.text)
    .join("");
}

/** Middle cut out: ends of hashes, URLs and names tell them apart, and so do their beginnings. */
export function shorten(text: string, max: number): string {
  const letters = [...text];
  if (letters.length <= max) return text;
  const head = Math.ceil((max - 1) * 0.6);
  return `${letters.slice(0, head).join("")}…${letters.slice(letters.length - (max - 1 - head)).join("")}`;
}

/** Whatever has dots between letters or digits: a name, an address, a file's name, a number. */
const DOTTED = /[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+/gu;
/** A number with a fraction is nothing that anybody could follow. */
const NUMBER = /^\d+\.\d+$/;

const breakLastDot = (token: string) => (NUMBER.test(token) ? token : token.replace(/\.(?=[^.]+$)/, "[.]"));

/** So that no mail program or chat makes it a link: `hxxps://evil[.]example`, `10.0.0[.]1`, `a[@]b[.]example`. */
export function defang(text: string): string {
  return text
    .replace(/\b(h)(tt)(ps?:)/gi, "$1xx$3")
    .replace(/\bftp:/gi, "fxp:")
    .replace(/@/g, "[@]")
    .replace(DOTTED, breakLastDot);
}
